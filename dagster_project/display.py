"""Live progress of a run in the terminal.

Belongs here: how steps and lines are drawn. Does not belong here: what is reported (``progress``).
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from types import TracebackType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dagster_project.company import RunSettings
from dagster_project.progress import listen


class Display:
    """One line a step: a live one in a terminal, a finished one with its duration elsewhere."""

    def __init__(self, settings: RunSettings) -> None:
        # Everything else that a run prints goes to the log of its night, after earlier tries.
        self.console = Console(file=sys.stdout, highlight=False)
        self._output = ExitStack()
        self.log = settings.home.logs / f"nightly-{settings.as_of_date.isoformat()}.log"
        self._title = settings.company.title or settings.company.name
        self._as_of_date = settings.as_of_date
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[step]:<22}"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._step = ""
        self._lines = 0
        self._last = ""
        self._began = time.monotonic()
        self._task = self._progress.add_task("", step="")

    def __enter__(self) -> Display:
        self.console.print(f"[bold]{self._title}[/], as of {self._as_of_date}")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        file = self._output.enter_context(self.log.open("a", encoding="utf-8"))
        self._output.enter_context(redirect_stdout(file))
        self._output.enter_context(redirect_stderr(file))
        listen(self.step)
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._finish()
        self._progress.stop()
        self._output.close()

    def step(self, step: str, line: str) -> None:
        """Show ``line`` as what ``step`` is doing now."""
        if step != self._step:
            self._finish()
            self._step, self._lines, self._began = step, 0, time.monotonic()
            self._progress.reset(self._task)
        self._lines += 1
        self._last = line
        self._progress.update(self._task, description=f"[dim]{line}[/]", step=step)

    def _finish(self) -> None:
        if self._step:
            seconds = time.monotonic() - self._began
            line = f"  {self._step:<22} {seconds:6.1f} s   [dim]{self._last}[/]"
            self.console.print(line, no_wrap=True, overflow="ellipsis")
        self._step = ""
