"""HubSpot's objects as files of pages: which are found, what is landed, what feeds what."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.company import load_company
from dagster_project.contract import raw_tables
from dagster_project.sources.errors import SourceError
from dagster_project.sources.hubspot import OBJECTS, SCHEMA, VENDOR
from dagster_project.sources.landing import land_source
from dagster_project.sources.ledger import Ledger
from dagster_project.sources.registry import plan_source

COMPANY = """
name: hub
sources:
  - name: crm
    type: hubspot_export
    path: export
"""


def history(*stamps: str) -> list[dict[str, Any]]:
    """Values of a property, set at these days."""
    return [{"value": day, "timestamp": f"{day}T10:00:00Z"} for day in reversed(stamps)]


def contact(number: int, **properties: str | None) -> dict[str, Any]:
    return {"id": str(number), "properties": properties, "archived": False}


CONTACTS = [
    # A converted lead is a lead and a contact, an open one a lead only.
    {
        **contact(
            1,
            hs_v2_date_entered_lead="2026-01-01T10:00:00Z",
            hs_v2_date_entered_opportunity="2026-02-01T10:00:00Z",
        ),
        "propertiesWithHistory": {
            "hs_lead_status": history("2026-01-01", "2026-01-20"),
            # The first comes with the creation.
            "hubspot_owner_id": history("2026-01-01", "2026-01-10"),
            "awareness_stage": history("2026-02-01", "2026-02-10"),
            "recent_conversion_date": history("2026-01-01", "2026-01-02", "2026-01-03"),
        },
    },
    contact(2, hs_v2_date_entered_lead="2026-01-05T10:00:00Z", lifecyclestage="lead"),
    # Entered directly; one who only gets mails; and one of whom nothing is said.
    contact(3, lifecyclestage="other"),
    contact(4, lifecyclestage="subscriber"),
    contact(5, lifecyclestage=None),
]

DEALS = [
    {
        "id": "10",
        "properties": {"dealname": "First", "custom_score": "7"},
        "propertiesWithHistory": {
            "dealstage": history("2026-01-01", "2026-02-01"),
            # With the stage, and once more alone.
            "amount": history("2026-02-01", "2026-03-01"),
            "hs_next_step": history("2026-01-01"),
        },
        "associations": {
            "contacts": {
                "results": [
                    {"id": "1", "type": "deal_to_contact"},
                    {"id": "1", "type": "champion"},
                    {"id": "1", "type": "economic_buyer"},
                    {"id": "3", "type": "deal_to_contact"},
                ]
            }
        },
    },
    {"id": "11", "properties": {"dealname": "Second"}, "archived": True},
]

EVENTS = [
    {"id": "a", "type": "SENT", "created": 1767262500000},
    {"id": "b", "type": "PROCESSED", "created": 1767262500000},
    {"id": "c", "type": "STATUSCHANGE", "portalSubscriptionStatus": "UNSUBSCRIBED"},
    {"id": "d", "type": "STATUSCHANGE", "portalSubscriptionStatus": "SUBSCRIBED"},
]


def write(folder: Path, name: str, page: dict[str, Any]) -> None:
    data = (json.dumps(page) + "\n").encode()
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "company.yml").write_text(COMPANY)
    write(tmp_path / "export", "contacts.jsonl.gz", {"results": CONTACTS})
    write(tmp_path / "export", "deals.jsonl", {"results": DEALS})
    write(tmp_path / "export", "email_events.jsonl", {"events": EVENTS, "hasMore": False})
    return tmp_path


def land(folder: Path) -> dict[str, Path]:
    """Land the company's source; raw table → landed Parquet."""
    company = load_company(folder / "company.yml")
    ledger = Ledger(folder / "landing")
    landed = land_source(plan_source(company.sources[0], company), ledger, dt.date(2026, 5, 31))
    return {table.table: ledger.parquet(table.table, pending=True) for table in landed}


def test_files_are_objects_and_unknown_properties_are_kept(folder: Path) -> None:
    landed = land(folder)
    assert set(landed) == {"contact", "deal", "email_event"}
    rows = duckdb.execute(
        "select _record_id, dealname, amount, archived, _custom_fields from read_parquet(?) "
        "order by 1",
        [str(landed["deal"])],
    ).fetchall()
    assert rows == [
        ("10", "First", None, None, '{"custom_score":"7"}'),
        ("11", "Second", None, "true", None),
    ]


def test_what_each_object_feeds_is_counted(folder: Path) -> None:
    landed = land(folder)
    counts = {
        entity: duckdb.execute(
            f"select cast({counted} as bigint) from read_parquet(?)", [str(path)]
        ).fetchone()[0]  # type: ignore[index]
        for table, path in landed.items()
        for entity, counted in VENDOR.feeds_of(table).items()
    }
    assert counts == {
        "lead": 2,
        "contact": 3,  # 1, 3 and 5
        "lead_history": 3,
        "contact_history": 2,
        "form_submission": 3,
        "opportunity": 2,
        "opportunity_history": 3,  # at three instants
        "opportunity_field_history": 1,
        "opportunity_contact_role": 3,  # champion, economic buyer, and one without a label
        "email_event": 2,  # sent and unsubscribed
    }


def test_every_object_is_declared_with_its_key() -> None:
    assert set(OBJECTS) == set(raw_tables(SCHEMA))
    assert set(VENDOR.feeds) == set(OBJECTS) - {"product", "campaign", "campaign_member"}
    for table, hubspot in OBJECTS.items():
        assert hubspot.shape.key in raw_tables(SCHEMA)[table]


def test_a_property_of_another_name_fills_a_column(folder: Path) -> None:
    (folder / "company.yml").write_text(
        COMPANY + "    columns: {deals: {lead_source: custom_score}}\n"
    )
    rows = duckdb.execute(
        "select lead_source from read_parquet(?) order by _record_id", [str(land(folder)["deal"])]
    ).fetchall()
    assert rows == [("7",), (None,)]


@pytest.mark.parametrize(
    ("company", "name", "page", "says"),
    [
        ("", "deals.jsonl", {"results": [{"id": "x1", "properties": {}}]}, ("'x1'", "numbers")),
        ("", "deals.jsonl", {"events": EVENTS}, ("page without 'results'", "events, hasMore")),
        ("    columns: {deal: {}}\n", "", {}, ("the object 'deal'", "contacts, companies, deals")),
        ("    columns: {deals: {nothing: a}}\n", "", {}, ("no column 'nothing'",)),
    ],
)
def test_what_is_no_hubspot_is_refused(
    folder: Path, company: str, name: str, page: dict[str, Any], says: tuple[str, ...]
) -> None:
    (folder / "company.yml").write_text(COMPANY + company)
    if name:
        write(folder / "export", name, page if "results" in page else {**page, "hasMore": False})
    with pytest.raises(SourceError) as caught:
        land(folder)
    for part in says:
        assert part in str(caught.value), str(caught.value)


def test_a_folder_without_objects_says_what_belongs_there(folder: Path) -> None:
    for path in (folder / "export").iterdir():
        path.rename(path.with_name("other_" + path.name))
    with pytest.raises(SourceError, match=r"no object among 3 files[\s\S]*contacts\.jsonl"):
        land(folder)
