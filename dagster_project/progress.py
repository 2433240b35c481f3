"""Telling people how far a run is.

Belongs here: the one way by which long work reports lines; the command line shows them live, the
Dagster UI shows them in the run's log. Does not belong here: what the lines say.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

import dagster as dg

_listener: ContextVar[Callable[[str, str], None] | None] = ContextVar("listener", default=None)


def listen(listener: Callable[[str, str], None]) -> None:
    """Have every line of this process also given to ``listener(step, line)``."""
    _listener.set(listener)


def reporter(context: dg.AssetExecutionContext, step: str) -> Callable[[str], None]:
    """A function that reports lines of ``step``."""
    show = viewer(step)

    def report(line: str) -> None:
        context.log.info(line)
        show(line)

    return report


def viewer(step: str) -> Callable[[str], None]:
    """A function that shows lines of ``step`` live, for what Dagster records by itself."""
    listener = _listener.get()

    def show(line: str) -> None:
        if listener is not None:
            listener(step, line)

    return show
