"""HubSpot's files, from a world small enough to be written down.

Belongs here: what each record becomes in HubSpot's responses. Does not belong here: reading them
(``tests/unit/sources/test_hubspot.py``).
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cultivar_demo.settings import Settings
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.hubspot import OBJECTS, write_hubspot
from cultivar_demo.world.world import World
from dagster_project.sources.hubspot import OBJECTS as READ
from tests.support.made_company import hand_made_world

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (dt.date(2026, 9, day) for day in (7, 8, 9, 10))
LEAD, CONTACT = 1, 1


def at(day: int, hour: int, second: int = 0) -> dt.datetime:
    """An instant of September 2026 in UTC."""
    return dt.datetime(2026, 9, day, hour, 0, second)


@pytest.fixture(scope="module")
def world() -> World:
    """Ada is a lead converted on Wednesday; Bob was entered directly; Cy only gets mails."""
    lead = {
        "lead_id": LEAD, "has_opted_out_of_email": False, "is_email_bounced": False,
        "is_do_not_call": True, "is_in_sequence": True, "is_marketable": False,
    }  # fmt: skip
    won = {
        "stage": "Closed Won",
        "amount": Decimal("900.00"),
        "probability": 1.0,
        "is_closed": True,
    }
    send = {"campaign_id": 7, "mail_name": "News", "person_id": 3, "employment_id": 3}
    return hand_made_world(
        Settings(accounts=50, months=3),
        {
            "person": [
                {"person_id": number, "first_name": name, "last_name": "Müller", "country": "US"}
                for number, name in enumerate(("Ada", "Bob", "Cy"), start=1)
            ],
            "employment": [
                {
                    "employment_id": number, "person_id": number, "account_id": 1,
                    "email": f"{name}@acme.test", "title": "Clerk", "started_on": MONDAY,
                }
                for number, name in enumerate(("ada", "bob", "cy"), start=1)
            ],
            "account": [
                {"account_id": 1, "account_name": "Acme", "domain": "acme.test"},
            ],
            "account_version": [
                {
                    "account_id": 1, "version_at": at(7, 9), "account_name": "Acme",
                    "website": "https://www.acme.test", "account_type": "Prospect",
                    "target_tier": 2,
                }
            ],
            "sales_user": [
                {
                    "user_id": number, "first_name": f"Rep{number}", "last_name": "X",
                    "email": f"rep{number}@own.test", "role": "ae", "team": "AE AMER",
                    "hired_on": MONDAY, "left_on": TUESDAY if number == 3 else None,
                }
                for number in range(1, 151)
            ],
            "lead": [
                {
                    "lead_id": LEAD, "person_id": 1, "employment_id": 1, "account_id": 1,
                    "created_at": at(7, 10), "lead_source": "Event", "campaign_id": 7,
                }
            ],
            "lead_version": [
                {**lead, "version_at": at(7, 10), "lead_status": "New", "owner_user_id": 1},
                {**lead, "version_at": at(8, 10), "lead_status": "Working", "owner_user_id": 1},
                {
                    **lead, "version_at": at(9, 10), "lead_status": "Converted",
                    "owner_user_id": 2, "is_converted": True, "converted_at": at(9, 10),
                    "converted_contact_id": CONTACT, "converted_account_id": 1,
                    "converted_opportunity_id": 1,
                },
            ],
            "contact": [
                {
                    "contact_id": CONTACT, "person_id": 1, "employment_id": 1, "account_id": 1,
                    "created_at": at(9, 10), "from_lead_id": LEAD,
                },
                {
                    "contact_id": 2, "person_id": 2, "employment_id": 2, "account_id": 1,
                    "created_at": at(7, 11), "lead_source": "Outbound",
                },
            ],
            "contact_version": [
                {
                    "contact_id": CONTACT, "version_at": at(9, 10), "owner_user_id": 2,
                    "title": "Chief", "is_deleted": False,
                },
                {
                    "contact_id": CONTACT, "version_at": at(10, 10), "owner_user_id": 4,
                    "title": "Chief", "is_deleted": False,
                },
                {"contact_id": 2, "version_at": at(7, 11), "owner_user_id": 4, "is_deleted": True},
            ],
            "opportunity": [
                {
                    "opportunity_id": 1, "account_id": 1, "opportunity_name": 'Deal "A"',
                    "created_at": at(9, 10), "currency": "EUR", "primary_contact_id": CONTACT,
                }
            ],
            "opportunity_version": [
                {
                    "opportunity_id": 1, "version_at": at(9, 10), "stage": "Discovery",
                    "close_date": dt.date(2026, 12, 31), "probability": 0.1, "owner_user_id": 2,
                    "is_closed": False, "is_won": False, "is_deleted": False,
                },
                {
                    "opportunity_id": 1, "version_at": at(10, 10), **won, "is_won": True,
                    "close_date": dt.date(2026, 9, 10), "owner_user_id": 2, "is_deleted": False,
                    "forecast_category": "closed",
                },
            ],
            "opportunity_role": [
                {
                    "opportunity_role_id": 1, "opportunity_id": 1, "contact_id": CONTACT,
                    "role": "Economic Buyer", "is_primary": True, "created_at": at(9, 10),
                }
            ],
            "campaign": [
                {"campaign_id": 7, "campaign_name": "2026_09-EM", "created_at": at(7, 8)}
            ],
            "touch": [
                {
                    "touch_id": 1, "kind": "call", "direction": "outbound", "lead_id": LEAD,
                    "person_id": 1, "user_id": 1, "created_at": at(7, 12),
                    "occurred_at": at(7, 12), "ended_at": at(7, 12, 30),
                    "call_duration_seconds": 30, "call_disposition": "conversation",
                }
            ],
            "email_send": [
                {
                    **send, "send_id": 1, "email": "cy@acme.test", "sent_at": at(8, 9),
                    "delivered_at": at(8, 9, 5), "proxy_opened_at": at(8, 9, 7),
                    "opened_at": at(8, 9, 40), "clicked_at": at(8, 9, 50),
                    "clicked_url": "https://x.test/a",
                },
                {**send, "send_id": 2, "email": "cy@acme.test", "sent_at": at(10, 9),
                 "soft_bounced_at": at(10, 9, 5)},
            ],
        },
    )  # fmt: skip


def pages(folder: Path, name: str) -> list[dict[str, Any]]:
    text = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def records(folder: Path, name: str) -> list[dict[str, Any]]:
    return [record for page in pages(folder, name) for record in page.get("results", [])]


@pytest.fixture(scope="module")
def nights(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Everything up to Tuesday and to Thursday, and what each night since brought."""
    folder = tmp_path_factory.mktemp("hubspot")
    deliveries = {
        "tuesday": Delivery(world, TUESDAY),
        "wednesday": Delivery(world, WEDNESDAY, TUESDAY),
        "thursday": Delivery(world, THURSDAY),
        "only thursday": Delivery(world, THURSDAY, WEDNESDAY),
    }
    for name, delivery in deliveries.items():
        write_hubspot(delivery, folder / name)
    return {name: folder / name for name in deliveries}


def named(found: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (record,) = [one for one in found if one["properties"]["firstname"] == name]
    return record


def test_a_lead_stays_the_same_contact_when_it_is_converted(nights: dict[str, Path]) -> None:
    before = named(records(nights["tuesday"], "contacts"), "Ada")
    after = named(records(nights["thursday"], "contacts"), "Ada")
    assert before["id"] == after["id"] == after["properties"]["hs_object_id"]
    told = {
        "lifecyclestage": ("lead", "opportunity"),
        "hs_lead_status": ("Working", "Converted"),
        "jobtitle": ("Clerk", "Chief"),
        "hs_v2_date_entered_lead": ("2026-09-07T10:00:00Z",) * 2,
        "hs_v2_date_entered_opportunity": (None, "2026-09-09T10:00:00Z"),
        "createdate": ("2026-09-07T10:00:00Z",) * 2,
        "lastmodifieddate": ("2026-09-08T10:00:00Z", "2026-09-10T10:00:00Z"),
        "email": ("ada@acme.test",) * 2,
        "lastname": ("Müller",) * 2,
        "hs_sequences_is_enrolled": ("true",) * 2,
        "hs_marketable_status": ("false",) * 2,
        "do_not_call": ("true",) * 2,
    }
    for name, values in told.items():
        assert (before["properties"][name], after["properties"][name]) == values, name
    assert before["associations"]["companies"]["results"] == []
    company = records(nights["thursday"], "companies")[0]["id"]
    assert after["associations"]["companies"]["results"] == [
        {"id": company, "type": "contact_to_company"},
        {"id": company, "type": "contact_to_company_unlabeled"},
    ]
    assert after["properties"]["converted_deal"] == records(nights["thursday"], "deals")[0]["id"]


def test_history_is_latest_first_and_without_what_did_not_change(nights: dict[str, Path]) -> None:
    ada = named(records(nights["thursday"], "contacts"), "Ada")["propertiesWithHistory"]
    statuses = [(value["value"], value["timestamp"]) for value in ada["hs_lead_status"]]
    assert statuses == [
        ("Converted", "2026-09-09T10:00:00Z"),
        ("Working", "2026-09-08T10:00:00Z"),
        ("New", "2026-09-07T10:00:00Z"),
    ]
    owners = {owner["email"]: owner["id"] for owner in records(nights["thursday"], "owners")}
    assert [(value["value"], value["timestamp"]) for value in ada["hubspot_owner_id"]] == [
        (owners["rep4@own.test"], "2026-09-10T10:00:00Z"),
        (owners["rep2@own.test"], "2026-09-09T10:00:00Z"),
        (owners["rep1@own.test"], "2026-09-07T10:00:00Z"),
    ]


def test_who_else_is_a_contact(nights: dict[str, Path]) -> None:
    found = records(nights["thursday"], "contacts")
    assert len(found) == 3
    bob, cy = named(found, "Bob"), named(found, "Cy")
    assert bob["properties"]["lifecyclestage"] == "other"
    assert bob["properties"]["hs_v2_date_entered_lead"] is None
    assert (bob["archived"], bob["archivedAt"]) == (True, "2026-09-07T11:00:00Z")
    assert cy["properties"]["lifecyclestage"] == "subscriber"
    assert cy["createdAt"] == "2026-09-08T09:00:00Z"
    assert not any("archivedAt" in one for one in found if one is not bob)


def test_a_deal_with_its_stage_day_and_people(nights: dict[str, Path]) -> None:
    (deal,) = records(nights["thursday"], "deals")
    properties, values = deal["properties"], deal["propertiesWithHistory"]
    (pipeline,) = records(nights["thursday"], "deal_pipelines")
    labels = {stage["id"]: stage["label"] for stage in pipeline["stages"]}
    assert labels[properties["dealstage"]] == "Closed Won"
    assert [labels[value["value"]] for value in values["dealstage"]] == ["Closed Won", "Discovery"]
    assert properties["closedate"] == "2026-09-10T00:00:00Z"
    assert (properties["amount"], properties["deal_currency_code"]) == ("900.00", "EUR")
    assert properties["dealname"] == 'Deal "A"'
    # It had no amount at first, so there is one value only.
    assert [value["value"] for value in values["amount"]] == ["900.00"]
    assert [value["value"] for value in values["hs_forecast_probability"]] == ["1.00", "0.10"]
    ada = named(records(nights["thursday"], "contacts"), "Ada")["id"]
    assert deal["associations"]["contacts"]["results"] == [
        {"id": ada, "type": "deal_to_contact"},
        {"id": ada, "type": "economic_buyer"},
        {"id": ada, "type": "primary_contact"},
    ]


def test_an_activity_of_a_lead_is_the_contacts_and_moves_to_the_deal(
    nights: dict[str, Path],
) -> None:
    (before,) = records(nights["tuesday"], "calls")
    (moved,) = records(nights["wednesday"], "calls")
    ada = named(records(nights["tuesday"], "contacts"), "Ada")["id"]
    for call in (before, moved):
        assert call["associations"]["contacts"]["results"] == [
            {"id": ada, "type": "call_to_contact"}
        ]
        assert call["properties"]["hs_call_duration"] == "30000"
    (outcomes,) = records(nights["tuesday"], "call_properties")
    labels = {option["value"]: option["label"] for option in outcomes["options"]}
    assert labels[before["properties"]["hs_call_disposition"]] == "Conversation"
    assert before["associations"]["deals"]["results"] == []
    deal = records(nights["thursday"], "deals")[0]["id"]
    assert moved["associations"]["deals"]["results"] == [{"id": deal, "type": "call_to_deal"}]


def test_events_of_a_mail(nights: dict[str, Path]) -> None:
    (page,) = pages(nights["thursday"], "email_events")
    told = [(event["type"], event["created"] // 1000 % 3600) for event in page["events"]]
    # Latest first; the owner's opening is lost behind the proxy's; what never arrives bounced.
    assert told == [
        ("BOUNCE", 5), ("SENT", 0), ("CLICK", 50), ("OPEN", 7), ("DELIVERED", 5), ("SENT", 0),
    ]  # fmt: skip
    sent = page["events"][-1]
    assert "sentBy" not in sent
    assert {event["sentBy"]["id"] for event in page["events"][2:5]} == {sent["id"]}
    (mail,) = records(nights["tuesday"], "marketing_emails")
    assert mail["allEmailCampaignIds"] == [str(sent["emailCampaignId"])]
    assert mail["name"] == "2026_09-EM.News"


def test_a_night_brings_what_changed_whole(nights: dict[str, Path]) -> None:
    assert len(records(nights["wednesday"], "contacts")) == 1
    wednesday = named(records(nights["wednesday"], "contacts"), "Ada")
    assert len(wednesday["propertiesWithHistory"]["hs_lead_status"]) == 3
    assert records(nights["wednesday"], "companies") == []
    assert records(nights["only thursday"], "calls") == []
    assert [
        deal["properties"]["hs_is_closed"] for deal in records(nights["only thursday"], "deals")
    ] == ["true"]
    (page,) = pages(nights["only thursday"], "email_events")
    assert [event["type"] for event in page["events"]] == ["BOUNCE", "SENT"]


def test_pages_follow_each_other_to_the_last(nights: dict[str, Path]) -> None:
    first, last = pages(nights["thursday"], "owners")
    assert (len(first["results"]), len(last["results"])) == (100, 50)
    assert first["paging"]["next"]["after"] == "100"
    assert "paging" not in last
    assert last["results"][-1]["archived"] is True, "who left comes last"
    assert sum(owner["archived"] for owner in first["results"] + last["results"]) == 1


def test_every_object_is_there_every_night_and_known_to_the_reader(
    nights: dict[str, Path],
) -> None:
    names = {path.name.removesuffix(".jsonl.gz") for path in nights["only thursday"].iterdir()}
    assert names == {*OBJECTS, "call_properties", "email_events"}
    assert names <= {read.name for read in READ.values()}


def test_equal_deliveries_are_equal_bytes(
    world: World, nights: dict[str, Path], tmp_path: Path
) -> None:
    write_hubspot(Delivery(world, THURSDAY), tmp_path)
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (nights["thursday"] / path.name).read_bytes(), path.name
