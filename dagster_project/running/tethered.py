"""Become the given command, tied to the parent: `tethered.py SIGNAL COMMAND …` gets SIGNAL when that dies.

Run as a file by its path, so it imports the standard library only. The tie survives exec; a parent that died
before it was made is noticed by its changed process id.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
PARENT = "KUNTALUOTSI_PARENT_PROCESS"


def main(arguments: list[str]) -> None:
    """Replace this process by the command; does not return."""
    number = signal.Signals[arguments[0]]
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, signal.SIG_DFL)  # what the parent's parents ignore would be ignored here too
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    expected = os.environ.pop(PARENT, None)
    if expected is not None and int(expected) != os.getppid():
        sys.exit(f"{arguments[1]}: the process that started this one has already ended")
    os.execvp(arguments[1], arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
