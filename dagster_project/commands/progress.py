"""Progress of a refresh on the terminal: one bar a step, or one line a step where there is no terminal."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class TerminalReport:
    """A Report that draws on standard error, so that standard output stays free for results."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.fields[name]:<14}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=self._console,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._name = ""
        self._task: TaskID | None = None

    def __enter__(self) -> TerminalReport:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._finish(complete=error is None)
            self._progress.stop()

    def step(self, name: str, detail: str, share: float) -> None:
        """Show what is going on."""
        if name != self._name:
            self._finish(complete=True)
            self._name = name
            if self._console.is_terminal:
                self._task = self._progress.add_task(detail, total=1.0, name=name)
            else:
                print(name, file=sys.stderr, flush=True)  # noqa: T201
        if self._task is not None:
            self._progress.update(self._task, description=detail, completed=share)

    def line(self, text: str) -> None:
        """Show a line above the bars."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _finish(self, *, complete: bool) -> None:
        if self._task is not None and complete:
            self._progress.update(self._task, completed=1.0, description="done")
        self._task = None


class QuietReport:
    """A Report that keeps its lines for the JSON result."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def step(self, name: str, detail: str, share: float) -> None:
        """Nothing: machines read the result."""

    def line(self, text: str) -> None:
        """Keep the line."""
        self.lines.append(text)
