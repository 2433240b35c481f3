"""The labels as files, against the files that the vendors deliver."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cultivar_demo.dirt.labels import write_labels
from cultivar_demo.settings import TINY
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.identifiers import register_identifiers, salesforce_id
from cultivar_demo.vendors.salesforce import write_salesforce
from cultivar_demo.vendors.salesforce.drift import LATER_FIELDS, appears_on
from cultivar_demo.vendors.segment import segment_workspace_id, write_segment
from cultivar_demo.vendors.zuora import write_zuora
from cultivar_demo.world.world import World

pytestmark = pytest.mark.slow

FILES = {
    "account": ("salesforce/Account.csv",),
    "activity": ("salesforce/Task.csv", "salesforce/Event.csv"),
    "campaign": ("salesforce/Campaign.csv",),
    "campaign_member": ("salesforce/CampaignMember.csv",),
    "contact": ("salesforce/Contact.csv",),
    "lead": ("salesforce/Lead.csv",),
    "opportunity": ("salesforce/Opportunity.csv",),
    "subscription": ("zuora/Subscription.csv",),
    "subscription_charge": ("zuora/RatePlanCharge.csv",),
    "user": ("salesforce/User.csv",),
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def extracts(made_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracts")
    delivery = Delivery(made_world, TINY.last_day)
    write_salesforce(delivery, folder / "salesforce")
    write_zuora(delivery, folder / "zuora")
    write_segment(delivery, folder / "segment", calls=False)
    return folder


@pytest.fixture(scope="module")
def labels(made_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labels")
    write_labels(made_world, folder)
    return folder


@pytest.fixture(scope="module")
def label_rows(labels: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(labels / "label.parquet").to_pylist()
    return found


@pytest.fixture(scope="module")
def tracks(extracts: Path) -> pa.Table:
    return pa.concat_tables(
        pq.read_table(path) for path in sorted((extracts / "segment/tracks").glob("*.parquet"))
    )


def test_labelled_records_are_delivered(
    extracts: Path, label_rows: list[dict[str, object]]
) -> None:
    for entity, files in FILES.items():
        delivered = {row["Id"] for file in files for row in read(extracts / file)}
        told = {row["source_record_id"] for row in label_rows if row["entity"] == entity}
        assert told, entity
        assert told <= delivered, entity


def test_labelled_workspaces_are_delivered(
    extracts: Path, label_rows: list[dict[str, object]]
) -> None:
    with gzip.open(extracts / "segment/groups.jsonl.gz", "rt", encoding="utf-8") as file:
        delivered = {json.loads(line)["groupId"] for line in file}
    told = {row["source_record_id"] for row in label_rows if row["entity"] == "workspace"}
    assert told
    assert told <= delivered


def test_every_label_but_those_of_mails_names_a_record(
    label_rows: list[dict[str, object]],
) -> None:
    nameless = {row["entity"] for row in label_rows if row["source_record_id"] is None}
    assert nameless == {"email_event"}


# ---------------------------------------------------------------------------------------- examples
def one(label_rows: list[dict[str, object]], rule: str, detail: str = "") -> str:
    ids = [
        row["source_record_id"]
        for row in label_rows
        if (row["rule_id"], row["origin"], row["detail"]) == (rule, "planted", detail)
    ]
    assert ids, rule
    return str(ids[0])


def record(extracts: Path, file: str, record_id: str) -> dict[str, str]:
    (found,) = [row for row in read(extracts / file) if row["Id"] == record_id]
    return found


def test_planted_defects_are_seen_in_the_files(
    extracts: Path, label_rows: list[dict[str, object]]
) -> None:
    account = "salesforce/Account.csv"
    assert record(extracts, account, one(label_rows, "A02"))["Website"] == ""
    assert record(extracts, account, one(label_rows, "A04"))["Industry"] in {
        "Sofware", "IT / Tech", "Other stuff", "FinServ",
    }  # fmt: skip
    contact = record(extracts, "salesforce/Contact.csv", one(label_rows, "P24"))
    assert contact["FirstName"].startswith("0035e00000")
    lead = record(
        extracts, "salesforce/Lead.csv",
        one(label_rows, "P01", "neither an address nor a phone"),
    )  # fmt: skip
    assert (lead["Email"], lead["Phone"], lead["MobilePhone"]) == ("", "", "")
    deal = record(extracts, "salesforce/Opportunity.csv", one(label_rows, "O22"))
    assert deal["CurrencyIsoCode"] == "CHF"
    task = record(extracts, "salesforce/Task.csv", one(label_rows, "C01"))
    assert (task["WhoId"], task["WhatId"], task["AccountId"]) == ("", "", "")
    charge = record(extracts, "zuora/RatePlanCharge.csv", one(label_rows, "C11"))
    assert float(charge["MRR"]) < 0


def test_a_loop_of_parents_is_delivered(
    extracts: Path, label_rows: list[dict[str, object]]
) -> None:
    child = one(label_rows, "A09", "a loop, or too deep")
    parent = record(extracts, "salesforce/Account.csv", child)["ParentId"]
    assert record(extracts, "salesforce/Account.csv", parent)["ParentId"] == child


def test_merged_records_point_to_their_survivor(made_world: World, extracts: Path) -> None:
    for name, entity in (("Account", "account"), ("Contact", "contact"), ("Lead", "lead")):
        merged = [row for row in read(extracts / f"salesforce/{name}.csv") if row["MasterRecordId"]]
        query = "select count(*) from record.merge where entity = ?"
        (count,) = made_world.connection.execute(query, [entity]).fetchone() or (0,)
        assert len(merged) == count > 0, name
        assert {row["IsDeleted"] for row in merged} == {"true"}, name


# -------------------------------------------------------------------------------- product events
def test_events_sent_twice_are_those_labelled(labels: Path, tracks: pa.Table) -> None:
    counts = pc.value_counts(tracks["message_id"]).to_pylist()
    delivered = {row["values"]: row["counts"] - 1 for row in counts if row["counts"] > 1}
    events = pq.read_table(labels / "event_label.parquet")
    told = pc.value_counts(
        events.filter(pc.equal(events["rule_id"], "C07"))["message_id"]
    ).to_pylist()
    assert delivered == {row["values"]: row["counts"] for row in told}
    assert len(delivered) > 20


def test_events_of_own_people_are_those_labelled(
    made_world: World, labels: Path, tracks: pa.Table
) -> None:
    own = made_world.connection.execute(
        f"select {segment_workspace_id('record_id')} from record.not_counted "
        "where entity = 'workspace' and starts_with(reason, 'excluded')"
    ).fetchall()
    is_own = pc.is_in(tracks["context_group_id"], pa.array(sorted(str(row[0]) for row in own)))
    events = pq.read_table(labels / "event_label.parquet")
    told = set(events.filter(pc.equal(events["rule_id"], "C12"))["message_id"].to_pylist())
    assert set(tracks.filter(is_own)["message_id"].to_pylist()) == told
    assert len(told) > 100


# ------------------------------------------------------------------------- late rows, late fields
def test_late_activities_are_not_there_before_their_day(made_world: World, tmp_path: Path) -> None:
    register_identifiers(made_world.connection)
    task, night = made_world.connection.execute(
        f"select {salesforce_id('Task', 'record_id')}, delivered_on from record.late_arrival "
        "order by delivered_on, record_id limit 1 offset 5"
    ).fetchone() or ("", TINY.last_day)
    night_before = night - dt.timedelta(days=1)
    write_salesforce(Delivery(made_world, night_before), tmp_path / "before")
    write_salesforce(Delivery(made_world, night, night_before), tmp_path / "night")
    assert task not in {row["Id"] for row in read(tmp_path / "before/Task.csv")}
    (late,) = [row for row in read(tmp_path / "night/Task.csv") if row["Id"] == task]
    assert late["SystemModstamp"][:10] < night_before.isoformat()


def test_fields_appear_two_thirds_through(made_world: World, tmp_path: Path) -> None:
    # 15 months from 2025-07-01 on have 457 days; 304 days later it is 2026-05-01.
    first = appears_on(TINY)
    assert first == dt.date(2026, 5, 1)
    for day, is_there in ((first - dt.timedelta(days=1), False), (first, True)):
        write_salesforce(Delivery(made_world, day), tmp_path / str(day))
        for name, (field, _, _) in LATER_FIELDS.items():
            path = tmp_path / str(day) / f"{name}.csv"
            header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
            assert (field in header) == is_there, (name, day)
    write_salesforce(Delivery(made_world, TINY.last_day), tmp_path / "last")
    for name, (field, _, values) in LATER_FIELDS.items():
        found = {row[field] for row in read(tmp_path / f"last/{name}.csv")}
        assert found == {"", *values}, name
