"""Salesforce's files: from a company written down by hand, and from the tiny made company.

Belongs here: what records become in each object's CSV, and that nights add up to the full state.
Does not belong here: reading them (``tests/unit/sources``).
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pytest

from cultivar_demo.settings import LAST_DAY, Settings
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.salesforce import OBJECTS, write_salesforce
from cultivar_demo.world.world import World
from tests.support.made_company import hand_made_world

Row = dict[str, str]

SETTINGS = Settings(accounts=50, months=3)
TUESDAY, WEDNESDAY, THURSDAY = (dt.date(2026, 9, day) for day in (8, 9, 10))

NOT_IN_THE_LISTS = {"OldValue", "NewValue"}
"""Fields of histories that the published lists leave out, because they have no one type."""
SALES_ENGAGEMENT = {"ActionCadenceId", "ActionCadenceState"}
"""Fields of leads and contacts that an org has with Sales Engagement only; the lists are of one
without it."""


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """An instant of September 2026 in UTC."""
    return dt.datetime(2026, 9, day, hour, minute)


def read(path: Path) -> list[Row]:
    """The rows of a CSV."""
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def written(
    world: World, folder: Path, day: dt.date, since: dt.date | None = None
) -> dict[str, list[Row]]:
    """Every object's rows as delivered."""
    rows = write_salesforce(Delivery(world, day, since), folder)
    found = {name: read(folder / f"{name}.csv") for name in OBJECTS}
    assert rows == {name: len(records) for name, records in found.items()}
    return found


@pytest.fixture
def world() -> World:
    """Ada is a lead, called on Tuesday, met on Wednesday and converted; her deal moves Thursday."""
    return hand_made_world(
        SETTINGS,
        {
            "sales_user": [
                {
                    "user_id": user, "first_name": name, "last_name": "Doe",
                    "user_name": f"{name} Doe", "email": f"{name.lower()}@northwind-metrics.com",
                    "role": role, "time_zone": "America/New_York", "country": "US",
                    "manager_user_id": 1 if user > 1 else None, "hired_on": dt.date(2020, 1, 1),
                    "left_on": WEDNESDAY if name == "Gus" else None,
                }
                for user, name, role in (
                    (1, "Max", "manager"), (2, "Sid", "sdr"), (3, "Amy", "ae"), (4, "Gus", "ae"),
                )
            ],
            "account": [
                {
                    "account_id": 7, "account_name": "Acme", "domain": "acme.test",
                    "industry": "Software", "employee_count": 300,
                    "annual_revenue_usd": 5_000_000, "entered_crm_at": at(9, 14),
                }
            ],
            "account_version": [
                {
                    "account_id": 7, "version_at": at(9, 14), "account_name": "Acme",
                    "account_type": "Prospect", "owner_user_id": 3, "country": "US",
                    "website": "https://www.acme.test", "is_deleted": False,
                }
            ],
            "account_ownership": [
                {"account_id": 7, "role": "sdr", "user_id": 2, "valid_from_at": at(9, 14)},
                {"account_id": 7, "role": "csm", "user_id": 1, "valid_from_at": at(10, 14)},
            ],
            "person": [
                {"person_id": 11, "first_name": "Ada", "last_name": 'O"Neil, jr.', "country": "US"}
            ],
            "employment": [
                {
                    "employment_id": 12, "person_id": 11, "account_id": 7, "title": "CIO",
                    "email": "ada@acme.test", "started_on": dt.date(2019, 1, 1),
                }
            ],
            "campaign": [
                {
                    "campaign_id": 5, "campaign_name": "2026_09-EC-fair", "created_at": at(1, 12),
                    "started_on": WEDNESDAY, "ended_on": WEDNESDAY, "owner_user_id": 1,
                    "budget_usd": 100, "actual_cost_usd": 90,
                }
            ],
            "campaign_cost_day": [{"campaign_id": 5, "day": WEDNESDAY, "cost_usd": 90}],
            "campaign_member_version": [
                {
                    "member_id": 1, "version_at": at(8, 13), "campaign_id": 5, "person_id": 11,
                    "lead_id": 21, "member_status": "Sent",
                },
                {
                    # Half past eleven on Tuesday evening in New York.
                    "member_id": 1, "version_at": at(9, 3, 30), "campaign_id": 5, "person_id": 11,
                    "lead_id": 21, "member_status": "Attended",
                },
            ],
            "lead": [
                {
                    "lead_id": 21, "person_id": 11, "employment_id": 12, "account_id": 7,
                    "created_at": at(8, 13), "motion": "inbound", "lead_source": "Event",
                    "campaign_id": 5,
                }
            ],
            "lead_version": [
                {
                    "lead_id": 21, "version_at": at(8, 13), "lead_status": "New",
                    "owner_user_id": 4, "score": 10, "is_converted": False, "is_deleted": False,
                },
                {
                    "lead_id": 21, "version_at": at(8, 18), "lead_status": "Working",
                    "owner_user_id": 2, "score": 20, "is_converted": False, "is_deleted": False,
                    "is_in_sequence": True,
                },
                {
                    # Ten in the evening on Wednesday in New York.
                    "lead_id": 21, "version_at": at(10, 2), "lead_status": "Converted",
                    "owner_user_id": 2, "score": 20, "is_converted": True,
                    "converted_at": at(10, 2), "converted_contact_id": 31,
                    "converted_account_id": 7, "converted_opportunity_id": 41, "is_deleted": False,
                },
            ],
            "contact": [
                {
                    "contact_id": 31, "person_id": 11, "employment_id": 12, "account_id": 7,
                    "created_at": at(10, 2), "from_lead_id": 21, "lead_source": "Event",
                }
            ],
            "contact_version": [
                {
                    "contact_id": 31, "version_at": at(10, 2), "owner_user_id": 3, "title": "CIO",
                    "awareness_stage": 4, "is_email_bounced": False, "is_deleted": False,
                },
                {
                    "contact_id": 31, "version_at": at(10, 20), "owner_user_id": 3, "title": "CIO",
                    "awareness_stage": 4, "is_email_bounced": False, "is_deleted": True,
                },
            ],
            "touch": [
                {
                    "touch_id": 1, "kind": "call", "direction": "outbound", "is_automated": False,
                    "subject": "Call", "user_id": 2, "person_id": 11, "account_id": 7,
                    "lead_id": 21, "created_at": at(8, 15), "occurred_at": at(8, 15),
                    "ended_at": at(8, 15, 4), "call_duration_seconds": 240,
                    "call_disposition": "no_answer",
                },
                {
                    "touch_id": 2, "kind": "meeting", "direction": "outbound",
                    "is_automated": False, "subject": "Meeting", "user_id": 2,
                    "technical_user_id": 1, "person_id": 11, "account_id": 7, "lead_id": 21,
                    "created_at": at(8, 16), "occurred_at": at(9, 15), "ended_at": at(9, 15, 30),
                    "meeting_outcome": "held", "outcome_at": at(9, 16),
                },
            ],
            "hand_off": [
                {
                    "hand_off_id": 1, "lead_id": 21, "person_id": 11, "account_id": 7,
                    "from_user_id": 2, "to_user_id": 3, "handed_off_at": at(9, 17), "attempt": 1,
                    "decision": "accepted", "decided_at": at(10, 2), "opportunity_id": 41,
                }
            ],
            "opportunity": [
                {
                    "opportunity_id": 41, "account_id": 7, "opportunity_name": "Acme first",
                    "opportunity_type": "New Business", "created_at": at(10, 2),
                    "created_by_user_id": 3, "hand_off_id": 1, "primary_contact_id": 31,
                    "currency": "EUR", "campaign_id": 5,
                }
            ],
            "opportunity_version": [
                {
                    "opportunity_id": 41, "version_at": at(10, 2), "stage": "Meeting Set",
                    "amount": None, "close_date": dt.date(2026, 12, 31), "owner_user_id": 3,
                    "probability": 0.05, "forecast_category": "pipeline", "is_closed": False,
                    "is_won": False, "is_deleted": False,
                },
                {
                    "opportunity_id": 41, "version_at": at(10, 15), "stage": "Meeting Set",
                    "amount": None, "close_date": dt.date(2026, 12, 31), "owner_user_id": 3,
                    "probability": 0.05, "forecast_category": "pipeline",
                    "next_step": "Demo", "next_step_on": dt.date(2026, 9, 20),
                    "is_closed": False, "is_won": False, "is_deleted": False,
                },
                {
                    "opportunity_id": 41, "version_at": at(10, 16), "stage": "Justification",
                    "amount": 12_000, "close_date": dt.date(2027, 1, 31), "owner_user_id": 1,
                    "probability": 0.7, "forecast_category": "commit", "next_step": "Demo",
                    "next_step_on": dt.date(2026, 9, 20), "is_closed": False, "is_won": False,
                    "is_deleted": False,
                },
            ],
            "product": [
                {"product_id": 1, "product_name": "Seats", "product_code": "P-1", "is_active": True}
            ],
            "line_item": [
                {
                    "line_item_id": 1, "opportunity_id": 41, "product_id": 1, "quantity": 10,
                    "list_price": 1_500, "unit_price": 1_200, "discount_ratio": 0.2,
                    "total_price": 12_000, "created_at": at(10, 16),
                }
            ],
        },
    )  # fmt: skip


def one(rows: Iterable[Row]) -> Row:
    """The only row."""
    (row,) = rows
    return row


def test_a_lead_before_and_after_its_conversion(world: World, tmp_path: Path) -> None:
    before = written(world, tmp_path / "1", TUESDAY)
    lead = one(before["Lead"])
    assert (lead["FirstName"], lead["LastName"]) == ("Ada", 'O"Neil, jr.')
    assert (lead["Status"], lead["IsConverted"], lead["ConvertedDate"]) == ("Working", "false", "")
    assert (lead["CreatedDate"], lead["SystemModstamp"]) == (
        "2026-09-08T13:00:00.000Z", "2026-09-08T18:00:00.000Z",
    )  # fmt: skip
    assert (lead["ActionCadenceId"][:3], lead["ActionCadenceState"]) == ("77A", "Running")
    assert before["Contact"] == before["Opportunity"] == before["Account"] == []
    after = written(world, tmp_path / "2", WEDNESDAY, TUESDAY)
    lead, contact = one(after["Lead"]), one(after["Contact"])
    assert (lead["Status"], lead["IsConverted"]) == ("Converted", "true")
    assert (lead["ActionCadenceId"], lead["ActionCadenceState"]) == ("", "")
    # Ten in the evening in New York: the day of the org, not of UTC.
    assert lead["ConvertedDate"] == "2026-09-09"
    assert lead["ConvertedContactId"] == contact["Id"]
    assert lead["ConvertedAccountId"] == one(after["Account"])["Id"]
    assert lead["ConvertedOpportunityId"] == one(after["Opportunity"])["Id"]
    assert contact["Awareness_Stage__c"] == "4 - Has use case"


def test_activities_move_to_the_contact_when_the_lead_is_converted(
    world: World, tmp_path: Path
) -> None:
    before = written(world, tmp_path / "1", TUESDAY)
    call, meeting = one(before["Task"]), one(before["Event"])
    lead_id = one(before["Lead"])["Id"]
    assert call["WhoId"] == meeting["WhoId"] == lead_id
    assert call["WhatId"] == call["AccountId"] == ""
    assert (call["CallType"], call["CallDisposition"]) == ("Outbound", "No Answer")
    assert (call["CallDurationInSeconds"], call["TaskSubtype"]) == ("240", "Call")
    assert (call["Status"], call["IsClosed"]) == ("Completed", "true")
    assert (call["ActivityDate"], call["CompletedDateTime"]) == (
        "2026-09-08", "2026-09-08T15:04:00.000Z",
    )  # fmt: skip
    assert (meeting["StartDateTime"], meeting["DurationInMinutes"]) == (
        "2026-09-09T15:00:00.000Z", "30",
    )  # fmt: skip
    assert meeting["Meeting_Outcome__c"] == ""
    after = written(world, tmp_path / "2", WEDNESDAY, TUESDAY)
    contact_id, deal_id = one(after["Contact"])["Id"], one(after["Opportunity"])["Id"]
    for activity in (one(after["Task"]), one(after["Event"])):
        assert activity["Id"] in (call["Id"], meeting["Id"])
        assert (activity["WhoId"], activity["WhatId"]) == (contact_id, deal_id)
        assert activity["AccountId"] == one(after["Account"])["Id"]
        assert activity["SystemModstamp"] == "2026-09-10T02:00:00.000Z"
        assert activity["CreatedDate"].startswith("2026-09-08")
    assert one(after["Event"])["Meeting_Outcome__c"] == "Held"
    assert one(after["Event"])["Technical_User__c"] == user_id(before, "Max Doe")


def user_id(found: dict[str, list[Row]], name: str) -> str:
    return one(row for row in found["User"] if row["Name"] == name)["Id"]


def test_histories_tell_each_tracked_change(world: World, tmp_path: Path) -> None:
    full = written(world, tmp_path / "full", LAST_DAY)
    sid, gus = user_id(full, "Sid Doe"), user_id(full, "Gus Doe")
    told = [
        (row["Field"], row["DataType"], row["OldValue"], row["NewValue"], row["CreatedDate"][:16])
        for row in full["LeadHistory"]
    ]
    assert told == [
        ("created", "Text", "", "", "2026-09-08T13:00"),
        ("Status", "DynamicEnum", "New", "Working", "2026-09-08T18:00"),
        ("Owner", "Text", "Gus Doe", "Sid Doe", "2026-09-08T18:00"),
        ("Owner", "EntityId", gus, sid, "2026-09-08T18:00"),
        ("Status", "DynamicEnum", "Working", "Converted", "2026-09-10T02:00"),
    ]
    deal = [
        (row["Field"], row["OldValue"], row["NewValue"])
        for row in full["OpportunityFieldHistory"]
        if row["DataType"] != "EntityId"
    ]
    assert deal == [
        ("created", "", ""),
        ("NextStep", "", "Demo"),
        ("Next_Step_Date__c", "", "2026-09-20"),
        ("StageName", "Meeting Set", "Justification"),
        ("Amount", "", "12000.00"),
        ("CloseDate", "2026-12-31", "2027-01-31"),
        ("Owner", "Amy Doe", "Max Doe"),
        ("ForecastCategoryName", "Pipeline", "Commit"),
        ("Probability", "5", "70"),
    ]
    night = written(world, tmp_path / "night", TUESDAY, dt.date(2026, 9, 7))
    assert [row["Id"] for row in night["LeadHistory"]] == [
        row["Id"] for row in full["LeadHistory"][:4]
    ]


def test_an_opportunity_in_per_cent_and_in_its_currency(world: World, tmp_path: Path) -> None:
    full = written(world, tmp_path, LAST_DAY)
    deal = one(full["Opportunity"])
    assert (deal["StageName"], deal["Amount"], deal["Probability"]) == (
        "Justification", "12000.00", "70",
    )  # fmt: skip
    assert (deal["ExpectedRevenue"], deal["CurrencyIsoCode"]) == ("8400.00", "EUR")
    assert (deal["ForecastCategory"], deal["ForecastCategoryName"]) == ("Forecast", "Commit")
    # Fiscal years begin in February: January 2027 is the last month of fiscal 2027.
    assert (deal["FiscalYear"], deal["FiscalQuarter"]) == ("2027", "4")
    assert deal["LastStageChangeDate"] == "2026-09-10T16:00:00.000Z"
    assert deal["HasOpportunityLineItem"] == "true"
    line = one(full["OpportunityLineItem"])
    assert (line["Quantity"], line["UnitPrice"], line["Discount"], line["TotalPrice"]) == (
        "10", "1500.00", "20.00", "12000.00",
    )  # fmt: skip
    # A new next step alone is no stage history.
    stages = [(row["StageName"], row["Amount"]) for row in full["OpportunityHistory"]]
    assert stages == [("Meeting Set", ""), ("Justification", "12000.00")]


def test_hand_offs_are_decided_later(world: World, tmp_path: Path) -> None:
    world.connection.execute(
        "create or replace view record.hand_off as "
        "select * replace (decided_at + interval 1 day as decided_at) from main.hand_off"
    )
    passed = one(written(world, tmp_path / "1", WEDNESDAY)["Hand_Off__c"])
    assert (passed["Decision__c"], passed["Decided_At__c"], passed["Opportunity__c"]) == (
        "",
        "",
        "",
    )
    decided = written(world, tmp_path / "2", THURSDAY, WEDNESDAY)
    assert one(decided["Hand_Off__c"])["Decision__c"] == "Accepted"
    assert one(decided["Hand_Off__c"])["Opportunity__c"] == one(decided["Opportunity"])["Id"]


def test_campaigns_and_members(world: World, tmp_path: Path) -> None:
    tuesday = written(world, tmp_path / "1", TUESDAY)
    assert (one(tuesday["Campaign"])["Status"], one(tuesday["Campaign"])["ActualCost"]) == (
        "Planned", "0.00",
    )  # fmt: skip
    wednesday = written(world, tmp_path / "2", WEDNESDAY, TUESDAY)
    assert (one(wednesday["Campaign"])["Status"], one(wednesday["Campaign"])["ActualCost"]) == (
        "In Progress", "90.00",
    )  # fmt: skip
    thursday = written(world, tmp_path / "3", THURSDAY, WEDNESDAY)
    assert one(thursday["Campaign"])["Status"] == "Completed"
    member = one(tuesday["CampaignMember"])
    assert (member["LeadId"], member["ContactId"]) == (one(tuesday["Lead"])["Id"], "")
    assert (member["Status"], member["HasResponded"]) == ("Attended", "true")
    assert member["FirstRespondedDate"] == "2026-09-08"
    member = one(wednesday["CampaignMember"])
    assert member["ContactId"] == one(wednesday["Contact"])["Id"]
    assert member["LeadId"] == one(tuesday["Lead"])["Id"]
    assert thursday["CampaignMember"] == []


def test_deleted_records_are_delivered_and_flagged(world: World, tmp_path: Path) -> None:
    night = written(world, tmp_path, THURSDAY, WEDNESDAY)
    assert one(night["Contact"])["IsDeleted"] == "true"


def test_who_leaves_becomes_inactive(world: World, tmp_path: Path) -> None:
    night = written(world, tmp_path, WEDNESDAY, TUESDAY)
    assert [(row["Name"], row["IsActive"]) for row in night["User"]] == [("Gus Doe", "false")]


def test_an_account_shows_who_else_looks_after_it(world: World, tmp_path: Path) -> None:
    first = one(written(world, tmp_path / "1", WEDNESDAY)["Account"])
    assert first["Customer_Success_Manager__c"] == ""
    later = written(world, tmp_path / "2", THURSDAY, WEDNESDAY)
    account = one(later["Account"])
    staff = written(world, tmp_path / "3", THURSDAY)
    assert account["Customer_Success_Manager__c"] == user_id(staff, "Max Doe")
    assert account["Sales_Development_Rep__c"] == user_id(staff, "Sid Doe")
    assert account["SystemModstamp"] == "2026-09-10T14:00:00.000Z"


def test_merged_records_point_to_who_remains(world: World, tmp_path: Path) -> None:
    world.connection.execute(
        "create table record.merge "
        "(entity varchar, record_id bigint, survivor_record_id bigint, merged_at timestamp)"
    )
    world.connection.execute(
        "insert into record.merge values ('lead', 21, 99, timestamp '2026-09-08 18:00:00')"
    )
    lead = one(written(world, tmp_path, TUESDAY)["Lead"])
    assert lead["MasterRecordId"][:3] == "00Q"
    assert lead["MasterRecordId"] != lead["Id"]


def test_standard_fields_are_salesforces_own(world: World, tmp_path: Path, real_data: Path) -> None:
    lists = ("salesforce_fields_v59.csv", "salesforce_standard_object_fields_apex.csv")
    known: dict[str, set[str]] = {}
    for name in lists:
        for row in read(real_data / "vendor_fields" / name):
            known.setdefault(row["object"], set()).add(row["field"])
    write_salesforce(Delivery(world, LAST_DAY), tmp_path)
    for path in sorted(tmp_path.iterdir()):
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert len(set(header)) == len(header)
        if path.stem.endswith("__c"):
            continue
        standard = {field for field in header if not field.endswith("__c")} - NOT_IN_THE_LISTS
        if path.stem in ("Contact", "Lead"):
            standard -= SALES_ENGAGEMENT
        assert standard - known[path.stem] == set(), path.stem
