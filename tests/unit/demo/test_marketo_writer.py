"""Marketo's files, from a world small enough to be written down.

Belongs here: what each record becomes in Marketo's responses. Does not belong here: reading them
(``tests/unit/sources/test_marketo.py``).
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from cultivar_demo.schema import TABLES
from cultivar_demo.settings import LAST_DAY, Settings
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.marketo import PAGE_RECORDS, write_marketo
from cultivar_demo.world.world import World
from dagster_project.company import load_company
from dagster_project.sources.landing import land_source
from dagster_project.sources.ledger import Ledger
from dagster_project.sources.marketo import VENDOR
from dagster_project.sources.registry import plan_source

SEP = dt.datetime(2026, 9, 1)
MANY = 700


def at(day: int, hour: int = 12, second: int = 0) -> dt.datetime:
    return dt.datetime(2026, 9, day, hour, 0, second)


def fill(world: World, table: str, *rows: dict[str, Any]) -> None:
    """Add rows; columns that are not given are NULL."""
    world.add(table, pa.Table.from_pylist(list(rows), schema=TABLES[table].schema))


@pytest.fixture(scope="module")
def world() -> World:
    """Ada is a lead that is converted; Bob was only ever mailed; 700 others got one mail each."""
    world = World(Settings(accounts=50, months=3))
    people = [(1, "Ada", "Able"), (2, "Bob", "Baker")]
    people += [(100 + n, f"First{n}", f"Last{n}") for n in range(MANY)]
    fill(
        world,
        "person",
        *({"person_id": p, "first_name": f, "last_name": n, "country": "US"} for p, f, n in people),
    )
    jobs = [(p, p, f"{f.lower()}@acme.test") for p, f, _ in people]
    fill(
        world,
        "employment",
        *(
            {
                "employment_id": e,
                "person_id": p,
                "account_id": 1,
                "email": m,
                "title": "CIO",
                "started_on": dt.date(2020, 1, 1),
            }
            for e, p, m in jobs
        ),
    )
    fill(world, "account", {"account_id": 1, "account_name": 'Acme "A" & Söhne', "country": "US"})
    fill(
        world,
        "campaign",
        {"campaign_id": 6, "campaign_name": "Email", "is_leaf": False, "created_at": SEP},
        {
            "campaign_id": 7,
            "campaign_name": "2026_09-EM-launch",
            "parent_campaign_id": 6,
            "is_leaf": True,
            "channel": "Digital",
            "campaign_type": "Email",
            "started_on": dt.date(2026, 9, 1),
            "created_at": SEP,
            "actual_cost_usd": 0,
        },
    )
    fill(world, "campaign_cost_day")
    fill(
        world,
        "lead",
        {
            "lead_id": 11,
            "person_id": 1,
            "employment_id": 1,
            "account_id": 1,
            "created_at": at(2),
            "lead_source": "Content",
        },
    )
    status = {
        "lead_id": 11,
        "is_converted": False,
        "has_opted_out_of_email": False,
        "is_email_bounced": False,
        "is_deleted": False,
    }
    fill(
        world,
        "lead_version",
        status | {"version_at": at(2), "lead_status": "New", "score": 5},
        status | {"version_at": at(5), "lead_status": "Marketing Qualified", "score": 60},
        status
        | {
            "version_at": at(20),
            "lead_status": "Converted",
            "score": 60,
            "is_converted": True,
            "converted_contact_id": 21,
        },
    )
    fill(
        world,
        "contact",
        {
            "contact_id": 21,
            "person_id": 1,
            "employment_id": 1,
            "account_id": 1,
            "created_at": at(20),
            "from_lead_id": 11,
            "lead_source": "Content",
        },
    )
    fill(
        world,
        "contact_version",
        {
            "contact_id": 21,
            "version_at": at(20),
            "title": "CEO",
            "has_opted_out_of_email": False,
            "is_email_bounced": False,
            "is_deleted": False,
        },
    )
    member = {"member_id": 31, "campaign_id": 7, "person_id": 1, "lead_id": 11}
    fill(
        world,
        "campaign_member_version",
        member | {"version_at": at(3), "member_status": "Sent"},
        member | {"version_at": at(4), "member_status": "Interacted"},
    )
    fill(
        world,
        "web_visit",
        {
            "visit_id": 41,
            "occurred_at": at(1),
            "person_id": 1,
            "is_identified": False,
            "kind": "page_view",
            "page_path": "/",
        },
        {
            "visit_id": 42,
            "occurred_at": at(2),
            "person_id": 1,
            "is_identified": True,
            "kind": "form_submit",
            "page_path": "/ebook",
            "form_name": "Ebook",
        },
        {
            "visit_id": 43,
            "occurred_at": at(6),
            "person_id": 1,
            "is_identified": True,
            "kind": "page_view",
            "page_path": "/pricing",
        },
    )
    mail = {"campaign_id": 7, "mail_name": "Invitation"}
    ada = mail | {"person_id": 1, "employment_id": 1, "email": "ada@acme.test"}
    bob = mail | {"person_id": 2, "employment_id": 2, "email": "bob@acme.test"}
    fill(
        world,
        "email_send",
        ada
        | {
            "send_id": 1,
            "sent_at": at(3),
            "delivered_at": at(3, second=9),
            "opened_at": at(4),
            "clicked_at": at(4, second=30),
            "clicked_url": "https://example.test/a?x=1&y=2",
            "unsubscribed_at": at(10),
        },
        bob
        | {
            "send_id": 2,
            "sent_at": at(3),
            "soft_bounced_at": at(3, second=5),
            "delivered_at": at(3, 14),
            "proxy_opened_at": at(3, 14, 3),
            "opened_at": at(4),
        },
        bob
        | {
            "send_id": 3,
            "mail_name": "Reminder",
            "sent_at": at(12),
            "hard_bounced_at": at(12, second=5),
        },
        *(
            mail
            | {
                "send_id": 10 + n,
                "person_id": 100 + n,
                "employment_id": 100 + n,
                "email": f"first{n}@acme.test",
                "sent_at": at(25),
                "delivered_at": at(25, second=8),
            }
            for n in range(MANY)
        ),
    )
    world.open_records()
    return world


def records(folder: Path, name: str) -> list[dict[str, Any]]:
    text = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).decode()
    pages = [json.loads(line) for line in text.splitlines()]
    assert all(page["success"] is True and page["requestId"] for page in pages)
    assert [page["moreResult"] for page in pages] == [True] * (len(pages) - 1) + [False]
    assert all(len(page["result"]) == PAGE_RECORDS for page in pages[:-1])
    return [record for page in pages for record in page["result"]]


def attributes(record: dict[str, Any]) -> dict[str, Any]:
    return {pair["name"]: pair["value"] for pair in record["attributes"]}


@pytest.fixture(scope="module")
def full(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full")
    write_marketo(Delivery(world, LAST_DAY), folder)
    return folder


def test_a_converted_lead_is_one_person_who_carries_both_ids_of_the_crm(full: Path) -> None:
    people = {person["email"]: person for person in records(full, "leads")}
    assert len(people) == 2 + MANY
    ada, bob = people["ada@acme.test"], people["bob@acme.test"]
    assert ada["sfdcType"] == "Contact"
    assert ada["sfdcId"] == ada["sfdcContactId"]
    assert (ada["sfdcContactId"][:3], ada["sfdcLeadId"][:3]) == ("003", "00Q")
    assert len(ada["sfdcLeadId"]) == 18
    assert (ada["leadStatus"], ada["leadScore"], ada["title"]) == ("Converted", 60, "CEO")
    assert ada["company"] == 'Acme "A" & Söhne'
    assert (ada["unsubscribed"], ada["emailInvalid"]) == (True, False)
    assert (ada["createdAt"], ada["updatedAt"]) == ("2026-09-02T12:00:00Z", "2026-09-20T12:00:00Z")
    assert [bob[name] for name in ("sfdcType", "sfdcId", "sfdcLeadId", "sfdcContactId")] == [
        None
    ] * 4
    assert (bob["unsubscribed"], bob["emailInvalid"]) == (False, True)


def test_a_dead_address_is_good_again_where_somebody_said_so(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (database,) = world.connection.execute("select current_database()").fetchone() or ("",)
    view = "create or replace view record.contact_version as select * {} from {}.contact_version"
    request.addfinalizer(lambda: world.connection.execute(view.format("", f"{database}.main")))
    told = []
    for is_marketable in ("false", "true"):
        dead = f"replace (true as is_email_bounced, {is_marketable} as is_marketable)"
        world.connection.execute(view.format(dead, f"{database}.main"))
        write_marketo(Delivery(world, LAST_DAY), tmp_path)
        people = {person["email"]: person for person in records(tmp_path, "leads")}
        told.append([people[f"{name}@acme.test"]["emailInvalid"] for name in ("ada", "bob")])
    assert told == [[True, True], [False, True]]


def test_every_act_is_an_activity_with_marketos_number(full: Path) -> None:
    log = records(full, "activities")
    assert Counter(record["activityTypeId"] for record in log) == {
        1: 1,  # the visit before the first form is nobody's
        2: 1,
        6: 3 + MANY,
        7: 2 + MANY,
        8: 1,
        9: 1,
        10: 2,  # behind the proxy the human's own opening is not seen
        11: 2,  # the link, and the one to the unsubscribe page
        12: 2 + MANY,
        13: 2,
        22: 1,
        27: 1,
        104: 2,
    }
    assert len({record["marketoGUID"] for record in log}) == len(log)
    assert [record["activityDate"] for record in log] == sorted(r["activityDate"] for r in log)


def test_a_mails_activities_name_the_same_mail_run_and_person(full: Path) -> None:
    log = records(full, "activities")
    ada = next(p for p in records(full, "leads") if p["email"] == "ada@acme.test")
    mails = [r for r in log if r["leadId"] == ada["id"] and r["activityTypeId"] in range(6, 12)]
    assert {(r["primaryAttributeValueId"], r["primaryAttributeValue"]) for r in mails} == {
        (mails[0]["primaryAttributeValueId"], "2026_09-EM-launch.Invitation")
    }
    assert len({attributes(r)["Campaign Run ID"] for r in mails}) == 1
    click = next(r for r in mails if r["activityTypeId"] == 11)
    assert attributes(click)["Link"] == "https://example.test/a?x=1&y=2"
    assert isinstance(attributes(click)["Is Mobile Device"], bool)
    campaign = next(c for c in records(full, "campaigns") if c["id"] == mails[0]["campaignId"])
    program = next(p for p in records(full, "programs") if p["id"] == campaign["programId"])
    assert (program["name"], program["sfdcId"][:3]) == ("2026_09-EM-launch", "701")


def test_an_opening_by_a_privacy_proxy_is_told_by_its_user_agent(full: Path) -> None:
    log = records(full, "activities")
    bob = next(p for p in records(full, "leads") if p["email"] == "bob@acme.test")
    (opening,) = [r for r in log if r["leadId"] == bob["id"] and r["activityTypeId"] == 10]
    assert attributes(opening)["User Agent"] == "Mozilla/5.0"
    assert opening["activityDate"] == "2026-09-03T14:00:03Z"


def test_changes_carry_the_value_before_and_after(full: Path) -> None:
    log = records(full, "activities")
    status = [attributes(r) for r in log if r["activityTypeId"] == 13]
    assert [(a["Old Value"], a["New Value"]) for a in status] == [
        ("New", "Marketing Qualified"),
        ("Marketing Qualified", "Converted"),
    ]
    (score,) = [attributes(r) for r in log if r["activityTypeId"] == 22]
    assert (score["Old Value"], score["New Value"], score["Change Value"]) == (5, 60, "55")


def test_every_type_in_the_log_is_declared_with_its_attributes(full: Path) -> None:
    declared = {
        kind["id"]: {attribute["name"] for attribute in kind["attributes"]}
        for kind in records(full, "activity_types")
    }
    for record in records(full, "activities"):
        assert set(attributes(record)) <= declared[record["activityTypeId"]]


def test_deliveries_since_a_night_add_up_to_the_whole(
    world: World, full: Path, tmp_path: Path
) -> None:
    nights = [dt.date(2026, 9, 2), dt.date(2026, 9, 4), dt.date(2026, 9, 20), LAST_DAY]
    log: list[dict[str, Any]] = []
    people: dict[int, dict[str, Any]] = {}
    for number, night in enumerate(nights):
        since = nights[number - 1] if number else None
        write_marketo(Delivery(world, night, since), tmp_path / str(number))
        log += records(tmp_path / str(number), "activities")
        people |= {p["id"]: p for p in records(tmp_path / str(number), "leads")}
    assert log == records(full, "activities")
    assert sorted(people.values(), key=lambda p: p["id"]) == sorted(
        records(full, "leads"), key=lambda p: p["id"]
    )


def test_nothing_of_the_future_is_told(world: World, tmp_path: Path) -> None:
    write_marketo(Delivery(world, dt.date(2026, 9, 4)), tmp_path)
    (ada,) = [p for p in records(tmp_path, "leads") if p["email"] == "ada@acme.test"]
    assert (ada["sfdcType"], ada["sfdcContactId"], ada["leadStatus"]) == ("Lead", None, "New")
    assert ada["unsubscribed"] is False
    assert max(r["activityDate"] for r in records(tmp_path, "activities")) < "2026-09-05T04:00:01Z"


def test_the_same_records_give_the_same_bytes(world: World, full: Path, tmp_path: Path) -> None:
    counts = write_marketo(Delivery(world, LAST_DAY), tmp_path)
    assert set(counts) == {"leads", "activities", "activity_types", "programs", "campaigns"}
    for name in counts:
        assert (tmp_path / f"{name}.jsonl.gz").read_bytes() == (
            full / f"{name}.jsonl.gz"
        ).read_bytes()


def test_the_pipeline_lands_every_record_that_was_written(
    world: World, full: Path, tmp_path: Path
) -> None:
    (tmp_path / "company.yml").write_text(
        "name: made\n"
        "sources:\n"
        "  - {name: crm, type: salesforce_export, path: ./crm}\n"
        f"  - {{name: marketing, type: marketo_export, path: {full}, crm_source: crm}}\n"
    )
    company = load_company(tmp_path / "company.yml")
    ledger = Ledger(tmp_path / "landing")
    landed = land_source(plan_source(company.sources[1], company), ledger, LAST_DAY)
    names = {"lead": "leads", "activity": "activities", "activity_type": "activity_types"}
    names |= {"program": "programs", "campaign": "campaigns"}
    assert {t.table: t.rows for t in landed} == {
        table: len(records(full, name)) for table, name in names.items()
    }
    # What the row balance expects of mails: all their stamps, and the click to unsubscribe.
    with duckdb.connect() as connection:
        (counted,) = connection.execute(
            f"select {VENDOR.feeds_of('activity')['email_event']} "
            f"from '{ledger.parquet('activity', pending=True)}'"
        ).fetchone() or (0,)
    assert counted == 6 + 4 + 2 + 2 * MANY  # Ada, both mails to Bob, the others
