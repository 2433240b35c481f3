"""Segment's and Zuora's files, from a world small enough to be written down.

Belongs here: what workspaces, users, events and contracts become in the files. Does not belong
here: reading them (``tests/unit/sources/test_segment.py``, ``test_zuora.py``).
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cultivar_demo.settings import TINY, Settings, cutoff
from cultivar_demo.vendors import segment
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.segment import write_segment
from cultivar_demo.vendors.zuora import write_zuora
from cultivar_demo.world.business.product_events import product_events
from cultivar_demo.world.world import World
from tests.support.made_company import hand_made_world

LAST = dt.date(2026, 9, 30)


def at(month: int, day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(2026, month, day, hour)


@pytest.fixture(scope="module")
def world() -> World:
    """Acme's workspace is bought and closed; one account is not in the CRM; Bob is a stranger."""
    return hand_made_world(
        Settings(accounts=50, months=3, events_per_day=0),
        {
            "person": [{"person_id": 1, "first_name": "Ann", "last_name": "Lee", "country": "US"}],
            "account": [
                {"account_id": 7, "legal_name": "Acme, Inc.", "entered_crm_at": at(8, 1)},
                {"account_id": 8, "legal_name": "Late GmbH", "entered_crm_at": None},
            ],
            "workspace": [
                {
                    "workspace_id": 1,
                    "workspace_name": 'Acme "A"',
                    "account_id": 7,
                    "creator_email": "ann@acme.test",
                    "created_at": at(7, 10),
                    "plan": "trial",
                    "paid_at": at(8, 10),
                    "closed_at": at(9, 30),
                },
                {
                    "workspace_id": 2,
                    "workspace_name": "Late",
                    "account_id": 8,
                    "creator_email": "max@late.test",
                    "created_at": at(9, 1),
                    "plan": "free",
                    "paid_at": at(9, 2),
                },
                {
                    "workspace_id": 3,
                    "workspace_name": "Bob",
                    "creator_email": "bob@gmail.com",
                    "created_at": at(9, 3),
                    "plan": "free",
                },
            ],
            "workspace_user": [
                {
                    "workspace_user_id": 5,
                    "workspace_id": 1,
                    "person_id": 1,
                    "email": "ann@acme.test",
                    "joined_at": at(7, 10),
                }
            ],
            "product": [
                {
                    "product_id": 1,
                    "product_name": "Team",
                    "product_code": "T",
                    "product_family": "Platform",
                    "is_recurring": True,
                },
                {
                    "product_id": 2,
                    "product_name": "Help",
                    "product_code": "H",
                    "product_family": "Service",
                    "is_recurring": False,
                },
            ],
            "subscription_version": [
                _subscription(at(8, 10), status="Active"),
                _subscription(at(9, 10), status="Active", cancel_notice_on=dt.date(2026, 9, 10)),
                _subscription(
                    at(9, 30, 8),
                    status="Cancelled",
                    cancel_notice_on=dt.date(2026, 9, 10),
                    ended_on=dt.date(2026, 9, 30),
                ),
            ],
            "subscription_charge": [
                _charge(1, 1, 10, at(8, 10), amended=(dt.date(2026, 9, 15), at(9, 15))),
                _charge(2, 2, 12, at(9, 15), effective_from=dt.date(2026, 9, 15)),
            ],
        },
    )


def _subscription(version_at: dt.datetime, **changes: Any) -> dict[str, Any]:
    return {
        "subscription_id": 4,
        "version_at": version_at,
        "account_id": 7,
        "opportunity_id": 9,
        "subscription_name": "A-S00000004",
        "signed_on": dt.date(2026, 8, 9),
        "started_on": dt.date(2026, 8, 10),
        "term_months": 12,
        "term_started_on": dt.date(2026, 8, 10),
        "term_ends_on": dt.date(2027, 8, 10),
        "currency": "EUR",
        **changes,
    }


def _charge(
    charge_id: int,
    number: int,
    seats: int,
    booked_at: dt.datetime,
    *,
    effective_from: dt.date = dt.date(2026, 8, 10),
    amended: tuple[dt.date, dt.datetime] | None = None,
) -> dict[str, Any]:
    return {
        "charge_id": charge_id,
        "subscription_id": 4,
        "account_id": 7,
        "product_id": 1,
        "segment": number,
        "effective_from": effective_from,
        "effective_to": dt.date(2027, 8, 10),
        "amended_effective_to": amended[0] if amended else None,
        "amended_at": amended[1] if amended else None,
        "quantity": seats,
        "unit_price": 20,
        "mrr": seats * 20,
        "currency": "EUR",
        "billing_period_months": 12,
        "movement": "new" if number == 1 else "upsell",
        "booked_at": booked_at,
    }


def calls(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_workspace_is_described_when_it_is_made_paid_and_given_up(
    world: World, tmp_path: Path
) -> None:
    counts = write_segment(Delivery(world, LAST), tmp_path)
    assert counts == {"groups": 6, "identifies": 1, "tracks": 0}
    acme = calls(tmp_path / "groups.jsonl.gz")[:2]
    assert [call["traits"] for call in acme] == [
        {
            "name": 'Acme "A"',
            "plan": "trial",
            "domain": "acme.test",
            "created_at": "2026-07-10T12:00:00.000Z",
        },
        # The account entered the CRM in between.
        {"plan": "paid", "crm_account_id": acme[1]["traits"]["crm_account_id"]},
    ]
    assert acme[1]["traits"]["crm_account_id"].startswith("001")
    assert acme[1]["timestamp"] == "2026-08-10T12:00:00.000Z"
    by_plan = Counter(c["traits"]["plan"] for c in calls(tmp_path / "groups.jsonl.gz"))
    assert by_plan == {"trial": 1, "paid": 2, "free": 3}
    (ann,) = calls(tmp_path / "identifies.jsonl.gz")
    assert ann["traits"]["name"] == "Ann Lee"
    assert ann["context"]["groupId"] == acme[0]["groupId"]
    assert acme[0]["userId"] == ann["userId"]


def test_what_nobody_knows_is_not_told(world: World, tmp_path: Path) -> None:
    write_segment(Delivery(world, LAST), tmp_path)
    late = [
        c["traits"] for c in calls(tmp_path / "groups.jsonl.gz") if c["traits"]["plan"] == "paid"
    ]
    assert [sorted(traits) for traits in late] == [["crm_account_id", "plan"], ["plan"]]
    (stranger,) = (
        c for c in calls(tmp_path / "groups.jsonl.gz") if c["traits"].get("name") == "Bob"
    )
    assert "domain" not in stranger["traits"]
    assert "anonymousId" in stranger, "who made it is no user of it"


def test_the_ids_are_those_of_the_crm_that_the_company_has(world: World, tmp_path: Path) -> None:
    for crm in ("salesforce", "hubspot"):
        write_segment(Delivery(world, LAST), tmp_path / crm, crm)
        write_zuora(Delivery(world, LAST), tmp_path / crm, crm)
        known = {
            call["traits"]["crm_account_id"]
            for call in calls(tmp_path / crm / "groups.jsonl.gz")
            if "crm_account_id" in call["traits"]
        }
        (account,) = table(tmp_path / crm / "Account.csv")
        assert known == {account["CrmId"]}
    assert account["CrmId"].isdigit()


def test_a_charge_ends_with_its_amendment_once_that_is_booked(world: World, tmp_path: Path) -> None:
    write_zuora(Delivery(world, dt.date(2026, 9, 14)), tmp_path / "before")
    (before,) = table(tmp_path / "before" / "RatePlanCharge.csv")
    write_zuora(Delivery(world, LAST, dt.date(2026, 9, 14)), tmp_path / "changed")
    first, second = table(tmp_path / "changed" / "RatePlanCharge.csv")
    assert (before["Id"], before["EffectiveEndDate"]) == (first["Id"], "2027-08-10")
    assert (before["IsLastSegment"], first["IsLastSegment"]) == ("true", "false")
    assert first["EffectiveEndDate"] == second["EffectiveStartDate"] == "2026-09-15"
    assert (second["Quantity"], second["Price"], second["MRR"]) == ("12", "20.00", "240.00")
    assert (second["ChargeNumber"], second["Movement__c"]) == (first["ChargeNumber"], "upsell")


def test_a_cancelled_subscription_ends_with_its_last_day(world: World, tmp_path: Path) -> None:
    write_zuora(Delivery(world, dt.date(2026, 9, 20)), tmp_path / "noticed")
    (noticed,) = table(tmp_path / "noticed" / "Subscription.csv")
    assert (noticed["Status"], noticed["CancelledDate"]) == ("Active", "")
    assert noticed["CancellationNoticeDate__c"] == "2026-09-10"
    assert (noticed["SubscriptionEndDate"], noticed["AutoRenew"]) == ("2027-08-10", "false")
    write_zuora(Delivery(world, LAST), tmp_path / "ended")
    (ended,) = table(tmp_path / "ended" / "Subscription.csv")
    assert (ended["Status"], ended["CancelledDate"]) == ("Cancelled", "2026-09-30")
    assert (ended["SubscriptionEndDate"], ended["Version"]) == ("2026-09-30", "3")
    assert ended["AccountId"] == table(tmp_path / "ended" / "Account.csv")[0]["Id"]
    assert [p["SKU"] for p in table(tmp_path / "ended" / "Product.csv")] == ["T"]


def test_nights_add_up_to_the_whole(world: World, tmp_path: Path) -> None:
    write_segment(Delivery(world, LAST), tmp_path / "whole")
    days = [dt.date(2026, 8, 9), dt.date(2026, 9, 1), LAST]
    nights = []
    for since, day in zip([None, *days], days, strict=False):
        write_segment(Delivery(world, day, since), tmp_path / str(day))
        nights += calls(tmp_path / str(day) / "groups.jsonl.gz")
    assert nights == calls(tmp_path / "whole" / "groups.jsonl.gz")


# -------------------------------------------------------------------------------------- events
FEW_DAYS = (dt.date(2026, 9, 20), dt.date(2026, 9, 27))


def written(world: World, folder: Path, **options: Any) -> Path:
    write_segment(Delivery(world, FEW_DAYS[1], FEW_DAYS[0]), folder, **options)
    return folder / "tracks"


def test_a_day_holds_what_arrived_on_it_and_copies_of_that(
    clean_world: World, tmp_path: Path
) -> None:
    folder = written(clean_world, tmp_path, calls=False)
    assert len(list(folder.iterdir())) == 7
    copies = 0
    for path in sorted(folder.iterdir()):
        day = dt.date.fromisoformat(path.stem)
        sent = pq.read_table(path)
        arrived = product_events(clean_world, day)
        before = set(
            product_events(clean_world, day - dt.timedelta(days=1))["message_id"].to_pylist()
        )
        ids = Counter(sent["message_id"].to_pylist())
        own = set(arrived["message_id"].to_pylist())
        assert own <= set(ids)
        assert set(ids) - own <= before, "copies of the day before, and nothing else"
        copies += sum(ids.values()) - len(own)
        stamps = sent["received_at"].to_pylist()
        assert stamps == sorted(stamps)
        assert max(stamps).replace(tzinfo=None) < cutoff(day)
    assert copies > 0


def test_calls_and_columns_hold_the_same_events(clean_world: World, tmp_path: Path) -> None:
    columns = written(clean_world, tmp_path / "columns", calls=False)
    lines = written(clean_world, tmp_path / "lines", calls=True)
    for path in sorted(columns.iterdir()):
        rows = [
            (
                row["message_id"],
                row["event_text"],
                row["user_id"],
                row["context_group_id"],
                row["timestamp"],
                row["received_at"],
                row["properties"] or "{}",
            )
            for row in pq.read_table(path).to_pylist()
        ]
        sent = [
            (
                call["messageId"],
                call["event"],
                call["userId"],
                call["context"]["groupId"],
                dt.datetime.fromisoformat(call["timestamp"]),
                dt.datetime.fromisoformat(call["receivedAt"]),
                json.dumps(call["properties"], separators=(",", ":")),
            )
            for call in calls(lines / f"{path.stem}.jsonl.gz")
        ]
        assert sorted(rows) == sorted(sent)


def test_a_tiny_company_has_both_kinds_of_files(clean_world: World, tmp_path: Path) -> None:
    assert TINY.events_per_day <= segment.CALLS_UP_TO
    kinds = Counter(path.suffix for path in written(clean_world, tmp_path).iterdir())
    assert kinds == {".parquet": 6, ".gz": 1}


def test_the_same_world_gives_the_same_bytes(clean_world: World, tmp_path: Path) -> None:
    written(clean_world, tmp_path / "once")
    # Also where the days come one by one.
    for number in range(7):
        day = FEW_DAYS[0] + dt.timedelta(days=number)
        delivery = Delivery(clean_world, day + dt.timedelta(days=1), day)
        write_segment(delivery, tmp_path / "again")
        write_zuora(delivery, tmp_path / "zuora" / str(day))
        write_zuora(delivery, tmp_path / "zuora again" / str(day))
    once, again = hashes(tmp_path / "once" / "tracks"), hashes(tmp_path / "again" / "tracks")
    assert once == again
    assert len(once) == 7
    assert hashes(tmp_path / "zuora") == hashes(tmp_path / "zuora again")


def test_the_columns_are_those_of_the_warehouse(clean_world: World, tmp_path: Path) -> None:
    path = next(written(clean_world, tmp_path, calls=False).iterdir())
    schema = pq.read_schema(path)
    assert schema.names == segment.TRACK_SCHEMA.names
    assert schema.field("timestamp").type == pa.timestamp("ms", "UTC")
    first = pq.read_table(path).to_pylist()[0]
    assert first["event"] == first["event_text"].lower().replace(" ", "_")
