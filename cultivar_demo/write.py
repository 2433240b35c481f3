"""Writing a made company: its extracts for one or many nights, and the truth about it.

Belongs here: which vendors deliver what on which night, and the folders. Does not belong here: the
command's options (``cli``), any vendor's files (``vendors``).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cultivar_demo.report import Progress
from cultivar_demo.settings import Settings
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.world.world import World, build_world

VENDORS: dict[str, tuple[str, ...]] = {
    "salesforce": ("salesforce", "marketo", "segment", "zuora", "reference"),
    "hubspot": ("hubspot", "segment", "zuora", "reference"),
}
"""What the CRM is → who delivers. Both carry the same truth."""

KNOW_THE_CRM = ("segment", "zuora")
"""Vendors whose records hold ids of the CRM."""


@dataclass(frozen=True)
class Nights:
    """Which nights are written.

    Args:
        first: number of the first night.
        last: number of the last night.
        is_full: whether the first is everything up to then instead of what changed.
        in_folders: whether each night has its own folder.
    """

    first: int
    last: int
    is_full: bool
    in_folders: bool

    def folder(self, out: Path, night: int) -> Path:
        """Where the files of a night lie."""
        return out / f"night-{night:04d}" if self.in_folders else out


@dataclass
class Written:
    """What was written: vendor → rows."""

    rows: dict[str, int] = field(default_factory=dict)

    def add(self, vendor: str, rows: int) -> None:
        """Count further rows of ``vendor``."""
        self.rows[vendor] = self.rows.get(vendor, 0) + rows


def make_world(settings: Settings, *, has_dirt: bool, progress: Progress) -> World:
    """Simulate the company and open its records, with or without dirt."""
    world = build_world(settings, progress)
    progress("records")
    if has_dirt:
        from cultivar_demo.dirt import make_records

        make_records(world)
    else:
        world.open_records()
    return world


def write_nights(world: World, crm: str, nights: Nights, out: Path, progress: Progress) -> Written:
    """Write what every vendor of ``crm`` delivers on ``nights`` below ``out``."""
    settings = world.settings
    written = Written()
    for night in range(nights.first, nights.last + 1):
        is_full = night == 1 or (night == nights.first and nights.is_full)
        since = None if is_full else settings.night(night - 1)
        delivery = Delivery(world, settings.night(night), since)
        for vendor in VENDORS[crm]:
            progress(f"{vendor}, night {night:,}" if nights.in_folders else vendor)
            write = _writer(vendor)
            if write is not None:
                knows = {"crm": crm} if vendor in KNOW_THE_CRM else {}
                rows = write(delivery, nights.folder(out, night) / vendor, **knows)
                written.add(vendor, sum((rows or {}).values()))
    return written


def write_truth(world: World, folder: Path, progress: Progress) -> None:
    """Write the truth of every KPI and the labels of all dirt."""
    from cultivar_demo import ledger

    if hasattr(ledger, "write_ledger"):
        ledger.write_ledger(world, folder, progress)


def knobs_of(settings: Settings, crm: str, nights: Nights, has_dirt: bool) -> dict[str, Any]:
    """Everything that decides about the extracts, as the marker file keeps it."""
    return {
        **asdict(settings),
        "vendors": crm,
        "dirt": has_dirt,
        "nights": asdict(nights),
    }


def _writer(vendor: str) -> Callable[..., dict[str, int] | None] | None:
    name = f"cultivar_demo.vendors.{vendor}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None
    found: Callable[..., dict[str, int] | None] = getattr(module, f"write_{vendor}")
    return found
