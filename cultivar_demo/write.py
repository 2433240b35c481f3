"""Writing a made company: its extracts for one or many nights, and the truth about it.

Belongs here: which vendors deliver what on which night, and the folders. Does not belong here: the
command's options (``cli``), any vendor's files (``vendors``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from cultivar_demo.dirt import make_records
from cultivar_demo.dirt.deliveries import DEFECTS, break_delivery
from cultivar_demo.dirt.labels import write_labels
from cultivar_demo.ledger import RECORDED, RESOLVED, Basis, write_ledger
from cultivar_demo.ledger.basis import RECORDS
from cultivar_demo.picture import write_funnel
from cultivar_demo.report import Progress
from cultivar_demo.settings import Settings
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.hubspot import write_hubspot
from cultivar_demo.vendors.marketo import write_marketo
from cultivar_demo.vendors.reference import write_reference
from cultivar_demo.vendors.salesforce import write_salesforce
from cultivar_demo.vendors.segment import write_segment
from cultivar_demo.vendors.zuora import write_zuora
from cultivar_demo.world.world import World, build_world

WRITERS: dict[str, Callable[[Delivery, Path, str], dict[str, int]]] = {
    "salesforce": lambda delivery, folder, crm: write_salesforce(delivery, folder),
    "hubspot": lambda delivery, folder, crm: write_hubspot(delivery, folder),
    "marketo": lambda delivery, folder, crm: write_marketo(delivery, folder),
    "segment": write_segment,
    "zuora": write_zuora,
    "reference": lambda delivery, folder, crm: write_reference(delivery, folder),
}
"""Vendor → function of the delivery, the folder and the CRM whose ids others know; gives rows."""

VENDORS: dict[str, tuple[str, ...]] = {
    "salesforce": ("marketo", "salesforce", "segment", "zuora", "reference"),
    "hubspot": ("hubspot", "segment", "zuora", "reference"),
}
"""What the CRM is → who delivers, the most work first. Both carry the same truth."""

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
        make_records(world)
    else:
        world.open_records()
    return world


def write_nights(
    world: World, crm: str, nights: Nights, out: Path, progress: Progress, defect: str | None = None
) -> Written:
    """Write what every vendor of ``crm`` delivers on ``nights`` below ``out``.

    ``defect`` names the table rule that the last night breaks as a whole.
    """
    settings = world.settings
    written = Written()
    for night in range(nights.first, nights.last + 1):
        is_full = night == 1 or (night == nights.first and nights.is_full)
        since = None if is_full else settings.night(night - 1)
        day, folder = settings.night(night), nights.folder(out, night)
        # A vendor knows nothing of the others' files, so two are written at a time.
        deliveries = {vendor: Delivery(world.beside(), day, since) for vendor in VENDORS[crm]}

        def write(
            vendor: str, delivery: Delivery, night: int = night, folder: Path = folder
        ) -> int:
            progress(f"{vendor}, night {night:,}" if nights.in_folders else vendor)
            return sum(WRITERS[vendor](delivery, folder / vendor, crm).values())

        with ThreadPoolExecutor(max_workers=2) as threads:
            rows = threads.map(write, deliveries, deliveries.values())
            for vendor, count in zip(deliveries, rows, strict=True):
                written.add(vendor, count)
    if defect is not None:
        break_delivery(nights.folder(out, nights.last), defect, settings.night(nights.last))
    return written


IDENTIFIED = ("account", "contact", "lead")
"""Entities of which a company or person may have several records."""

_COPIES = (
    "select record_id, survivor_record_id from record.duplicate_cluster "
    "where entity = '{entity}' and record_id <> survivor_record_id"
)


def write_truth(world: World, folder: Path, progress: Progress) -> None:
    """Write the truth of every KPI, also as its records have it, and the labels of all dirt."""
    recorded, has_dirt = RECORDED, _has_labels(world)
    if has_dirt:
        recorded = as_recorded(
            {
                entity: f"select record_id from record.not_counted where entity = '{entity}'"
                for entity in RECORDS
            }
        )
    write_ledger(world, folder, progress, bases=(RESOLVED, recorded))
    write_funnel(world, folder / "funnel.svg")
    if has_dirt:
        progress("labels")
        write_labels(world, folder)


def as_recorded(not_counted: Mapping[str, str]) -> Basis:
    """The records as kept, where each company, contact and lead counts once.

    Args:
        not_counted: entity → query for the ids of records that do not count for other reasons.
    """
    left_out = dict(not_counted)
    for entity in IDENTIFIED:
        left_out[entity] += f" union select record_id from ({_COPIES.format(entity=entity)})"
    return replace(
        RECORDED,
        left_out=left_out,
        repointed={"opportunity": {"account_id": _COPIES.format(entity="account")}},
    )


def _has_labels(world: World) -> bool:
    query = "select 1 from duckdb_tables() where schema_name = 'record' and table_name = 'label'"
    return world.connection.execute(query).fetchone() is not None


def can_break(crm: str, defect: str) -> bool:
    """Whether a delivery of ``crm`` has the file that ``defect`` breaks."""
    return DEFECTS[defect].file.split("/")[0] in VENDORS[crm]


def knobs_of(
    settings: Settings, crm: str, nights: Nights, has_dirt: bool, defect: str | None
) -> dict[str, Any]:
    """Everything that decides about the extracts, as the marker file keeps it."""
    return {
        **asdict(settings),
        "vendors": crm,
        "dirt": has_dirt,
        "nights": asdict(nights),
        "defect": defect,
    }
