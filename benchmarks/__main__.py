"""`make bench`: what speed and size claims are measured with. Prints; asserts nothing.

The machine is shared: read the ratios within one run, not seconds of two runs.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT, Settings


def main() -> None:
    """Run the parts asked for, by default all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["bundled", "whole", "pages"], default=[])
    parser.add_argument(
        "--answers",
        type=Path,
        default=Path(os.environ.get("KUNTALUOTSI_REFERENCE_DATA", PROJECT_ROOT.parent / "shared" / "data"))
        / "mirror",
        help="folder of official answers for all municipalities, for the part `whole`",
    )
    arguments = parser.parse_args()
    parts = arguments.parts or ["bundled", "whole", "pages"]
    if "bundled" in parts:
        from benchmarks import refresh

        refresh.measure("bundled", Settings().bundled_dir)
    if "whole" in parts:
        if arguments.answers.is_dir():
            from benchmarks import refresh

            refresh.measure("answers", arguments.answers)
        else:
            print(f"\nNOT RUN: no folder of official answers at {arguments.answers} (--answers FOLDER)")
    if "pages" in parts:
        from benchmarks import pages

        pages.measure()


if __name__ == "__main__":
    main()
