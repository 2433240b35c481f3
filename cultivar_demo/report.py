"""What the command says while it works and when it is done.

Belongs here: progress on a terminal and as plain lines, and the summary. Does not belong here:
any work.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cultivar_demo.world.world import World

_BAR_WIDTH = 30


Progress = Callable[[str], None]
"""Called with a message before each step."""


@contextmanager
def progress_of(steps: int, *, is_quiet: bool = False) -> Iterator[Progress]:
    """A progress over ``steps`` messages: a bar on a terminal, plain lines elsewhere."""
    if is_quiet:
        yield lambda message: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        bar = Bar(
            BarColumn(_BAR_WIDTH),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            transient=True,
        )
        with bar:
            task = bar.add_task("", total=steps)
            done = -1

            def show(message: str) -> None:
                nonlocal done
                done += 1
                bar.update(task, description=message, completed=min(done, steps))

            yield show
    else:
        begin = time.monotonic()

        def say(message: str) -> None:
            sys.stderr.write(f"{time.monotonic() - begin:6.1f} s  {message}\n")
            sys.stderr.flush()

        yield say


def funnel_numbers(world: World) -> list[tuple[str, int]]:
    """The made company step by step, from the market to customers, as it really was."""
    counted = world.connection.execute(
        """
        select
            (select count(*) from main.account),
            (select count(*) from main.account where entered_crm_at is not null),
            (select count(*) from main.lead),
            (select count(distinct lead_id) from main.hand_off),
            (select count(distinct lead_id) from main.hand_off where decision = 'accepted'),
            (select count(*) from main.opportunity),
            (select count(distinct opportunity_id) from main.opportunity_version where is_won),
            (select count(distinct account_id) from main.subscription_version)
        """
    ).fetchone()
    names = (
        "companies in the market",
        "companies in the CRM",
        "leads",
        "leads handed to sales",
        "leads accepted by sales",
        "deals",
        "deals won",
        "customers ever",
    )
    return [(name, int(number)) for name, number in zip(names, counted or (), strict=True)]


def funnel(world: World) -> list[str]:
    """The made company in a few lines."""
    steps = funnel_numbers(world)
    largest = max([1, *(number for _, number in steps)])
    return [
        f"  {name:<24} {number:>12,}  {'█' * -(-_BAR_WIDTH * number // largest)}"
        for name, number in steps
    ]


def size_of(folder: Path) -> tuple[int, int]:
    """Number of files below ``folder`` and their bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)
