"""What must not change a number, and what must change no more than the rules say.

The hand-made company once more, each time with one difference in its files; the rows of ``fct_kpi``
that differ from the unchanged night are compared with what the KPI specification allows (rules G3,
G5, G6, G9 and G10). Belongs here: one difference, all KPIs. Does not belong here: figures worked
out by hand (``test_nightly``).
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.nightly import NightlyRun, OrchardCompany

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("metamorphic")]

LAST_DAY = "2026-05-31"

ALDER, BIRCH, ELM = "001000000000001AAA", "001000000000002AAA", "001000000000005AAA"
ADA, BEN = "005000000000001AAA", "005000000000002AAA"


class Place(NamedTuple):
    kpi_id: str
    variant: str
    grain: str
    start: dt.date
    segment_type: str
    segment: str


Numbers = tuple[Any, ...]


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> dict[Place, Numbers]:
    return numbers(OrchardCompany(tmp_path_factory.mktemp("unchanged")).run(LAST_DAY))


@pytest.fixture
def other(tmp_path: Path) -> OrchardCompany:
    """The same company, to be changed before its night."""
    return OrchardCompany(tmp_path)


def numbers(run: NightlyRun) -> dict[Place, Numbers]:
    """What each KPI says; all time begins with the first record, which a change may move.

    The hygiene score and the duplicate rate are about the records themselves, and every change of
    them may change these.
    """
    rows = run.published(
        "select kpi_id, variant, period_grain, "
        "case when period_grain <> 'all_time' then period_start else date '1970-01-01' end, "
        "segment_type, segment, numerator, denominator, value, n, n_excluded from marts.fct_kpi "
        "where kpi_id not in ('Q01', 'Q03')"
    )
    return {Place(*row[:6]): row[6:] for row in rows}


def changed(before: dict[Place, Numbers], after: dict[Place, Numbers]) -> set[Place]:
    """Rows that differ; one that is only there is a change unless it says that nothing was."""
    nothing = (None, 0)
    return {
        place
        for place in before.keys() | after.keys()
        if before.get(place) != after.get(place)
        and any(number not in nothing for number in (*before.get(place, ()), *after.get(place, ())))
    }


def rows_of(company: OrchardCompany, name: str) -> list[dict[str, str]]:
    with (company.folder / "crm" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(company: OrchardCompany, name: str, rows: list[dict[str, str]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    path = company.folder / "crm" / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def add(company: OrchardCompany, name: str, like: str, **differences: str) -> None:
    """One more record, like another but for some fields."""
    rows = rows_of(company, name)
    (model,) = [row for row in rows if row["Id"] == like]
    write(company, name, [*rows, model | differences])


def change(company: OrchardCompany, name: str, record: str, **differences: str) -> None:
    rows = rows_of(company, name)
    write(company, name, [row | (differences if row["Id"] == record else {}) for row in rows])


def test_a_test_account_changes_no_kpi(
    unchanged: dict[Place, Numbers], other: OrchardCompany
) -> None:
    """G5: the company's own domain is excluded, and with the account all that hangs on it."""
    account, deal = "001000000000010AAA", "006000000000020AAA"
    add(other, "Account", BIRCH, Id=account, Name="Test", Website="orchard.example")
    add(other, "Contact", "003000000000003AAA", Id="003000000000020AAA", AccountId=account,
        Email="test@orchard.example")  # fmt: skip
    add(other, "Lead", "00Q000000000006AAA", Id="00Q000000000020AAA", Email="t@orchard.example")
    add(other, "Opportunity", "006000000000002AAA", Id=deal, AccountId=account, Amount="999999")
    add(other, "OpportunityHistory", "008000000000008AAA", Id="008000000000020AAA",
        OpportunityId=deal, Amount="999999")  # fmt: skip
    run = other.run(LAST_DAY)
    assert changed(unchanged, numbers(run)) == set()
    # Kept and told, not lost.
    assert run.warehouse(
        "select count(*) from canonical.opportunity where is_excluded and amount_original = 999999"
    ) == [(1,)]


def test_a_merged_duplicate_changes_no_kpi(
    unchanged: dict[Place, Numbers], other: OrchardCompany
) -> None:
    """G6: the loser of a loser counts as the survivor; its deals keep their place."""
    rows = rows_of(other, "Account")
    (birch,) = [row for row in rows if row["Id"] == BIRCH]
    losers = [
        birch | {"Id": loser, "IsDeleted": "true", "MasterRecordId": survivor, "Industry": "Other",
                 "BillingCountry": "Spain"}
        for loser, survivor in (
            ("001000000000011AAA", BIRCH),
            ("001000000000012AAA", "001000000000011AAA"),
        )
    ]  # fmt: skip
    write(other, "Account", [*rows, *losers])
    change(other, "Opportunity", "006000000000002AAA", AccountId="001000000000012AAA")
    run = other.run(LAST_DAY)
    assert changed(unchanged, numbers(run)) == set()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_duplicate_that_nobody_merged_changes_no_kpi(
    unchanged: dict[Place, Numbers], other: OrchardCompany, seed: int
) -> None:
    """G6: random companies and people once more, written otherwise, by somebody else.

    Some of what named the original names the copy. The duplicate rate alone is about copies.
    """
    chance = random.Random(seed)
    copies = {
        name: _duplicated(other, name, chance, prefix)
        for name, prefix in (("Account", "0010000000009"), ("Contact", "0030000000009"),
                             ("Lead", "00Q0000000009"))
    }  # fmt: skip
    moved = 0
    for name, column, target in (("Opportunity", "AccountId", "Account"),
                                 ("Contact", "AccountId", "Account"),
                                 ("Task", "WhoId", "Contact")):  # fmt: skip
        rows = rows_of(other, name)
        for row in rows:
            if row[column] in copies[target] and chance.random() < 0.5:
                row[column] = copies[target][row[column]]
                moved += 1
        write(other, name, rows)
    run = other.run(LAST_DAY)
    assert moved > 0
    # Each of them came in, and is known as a copy.
    everyone = [copy for found in copies.values() for copy in found.values()]
    assert run.warehouse(
        "select count(*) from (select source_record_id, method from identity.xref_account "
        "union all select source_record_id, method from identity.xref_person) "
        f"where list_contains({everyone}, source_record_id) and method = 'match'"
    ) == [(len(everyone),)]
    after = numbers(run)
    different = changed(unchanged, after)
    assert {place.kpi_id for place in different} <= {"Q03"}, sorted(different)[:20]


def _duplicated(
    company: OrchardCompany, name: str, chance: random.Random, prefix: str
) -> dict[str, str]:
    """Copies of half of the records that can be told by an address; original → copy."""
    rows = rows_of(company, name)
    address = "Website" if name == "Account" else "Email"
    known = [
        row
        for row in rows
        if "." in row[address].rpartition("@")[2]
        and row.get("IsDeleted") != "true"
        and "orchard.example" not in row[address]
    ]
    copies: dict[str, str] = {}
    for number, original in enumerate(chance.sample(known, len(known) // 2)):
        copy = original | {
            "Id": f"{prefix}{number:02}AAA",
            "OwnerId": chance.choice([ADA, BEN]),
            "CreatedDate": "2026-05-20T09:00:00.000+0000",
            "SystemModstamp": "2026-05-20T09:00:00.000+0000",
            address: original[address].upper(),
        }
        if name == "Account":
            copy |= {"Name": original["Name"].upper(), "Type": "Prospect", "Industry": ""}
        else:
            copy |= {"LastName": original["LastName"].upper(), "Title": "", "LeadSource": "Import"}
        if name == "Lead":
            copy |= {"Status": "New", "IsConverted": "false", "ConvertedDate": "",
                     "ConvertedAccountId": "", "ConvertedContactId": "",
                     "ConvertedOpportunityId": ""}  # fmt: skip
        rows.append(copy)
        copies[original["Id"]] = copy["Id"]
    write(company, name, rows)
    return copies


def test_an_hour_of_time_zone_moves_what_lies_within_it_and_no_close_date(
    unchanged: dict[Place, Numbers], other: OrchardCompany
) -> None:
    """G3: Rosa came at 00:10 of 1 April in Berlin, which is 23:10 of 31 March in London.

    What counts from her arrival moves with her: the flow, its cohorts, and the inbound spell.
    """
    other.edit("orchard.yml", "time_zone: Europe/Berlin", "time_zone: Europe/London")
    after = numbers(other.run(LAST_DAY))
    moved = changed(unchanged, after)
    assert {(place.kpi_id, place.variant) for place in moved} == {
        ("A01", "inbound"),
        ("F01", "inquiry"),
        ("F03", "inquiry_to_marketing_qualified"),
        ("F03", "lead_to_conversion"),
        ("F03", "throughput_ratio_inquiry_to_marketing_qualified"),
    }
    # One week and one fiscal quarter hold both days; months, quarters do not.
    assert {(place.grain, place.start) for place in moved} == {
        ("month", dt.date(2026, 3, 1)),
        ("month", dt.date(2026, 4, 1)),
        ("quarter", dt.date(2026, 1, 1)),
        ("quarter", dt.date(2026, 4, 1)),
    }

    def leads(rows: dict[Place, Numbers], month: int) -> Any:
        start = dt.date(2026, month, 1)
        place = Place("F01", "inquiry", "month", start, "all", "all")
        return rows.get(place, (0,))[0]

    assert leads(after, 3) == leads(unchanged, 3) + 1
    assert leads(after, 4) == leads(unchanged, 4) - 1


def test_a_deal_that_was_won_reopened_and_lost_counts_once_as_lost(
    unchanged: dict[Place, Numbers], other: OrchardCompany
) -> None:
    """G9: Birch, won on 10 March 2025 for 100,000, was reopened in April and lost in May."""
    deal = "006000000000002AAA"
    change(other, "Opportunity", deal, StageName="Closed Lost", IsWon="false", Probability="0",
           CloseDate="2025-05-20", SystemModstamp="2025-05-20T16:00:00.000+0000")  # fmt: skip
    won = "008000000000008AAA"
    add(other, "OpportunityHistory", won, Id="008000000000021AAA", StageName="Negotiation",
        Probability="80", CreatedDate="2025-04-02T16:00:00.000+0000")  # fmt: skip
    add(other, "OpportunityHistory", won, Id="008000000000022AAA", StageName="Closed Lost",
        Probability="0", CloseDate="2025-05-20",
        CreatedDate="2025-05-20T16:00:00.000+0000")  # fmt: skip
    run = other.run(LAST_DAY)
    after = numbers(run)

    def total(rows: dict[Place, Numbers], kpi_id: str, variant: str, start: dt.date) -> Any:
        grain = "all_time" if start.year == 1970 else "month"
        return rows.get(Place(kpi_id, variant, grain, start, "all", "all"), (0, 0, None, 0))

    ever, march, may = dt.date(1970, 1, 1), dt.date(2025, 3, 1), dt.date(2025, 5, 1)
    for start, won_more, lost_more in ((ever, -1, 1), (march, -1, 0), (may, 0, 1)):
        for outcome, more in (("won", won_more), ("lost", lost_more)):
            for kpi_id, each in ((f"opportunities_{outcome}_count", 1),
                                 (f"opportunities_{outcome}_amount", 100_000)):  # fmt: skip
                before = total(unchanged, kpi_id, "headline", start)[0]
                assert total(after, kpi_id, "headline", start)[0] == before + more * each
    # Of 4 won and 3 lost it is one less and one more.
    assert total(after, "P08", "count", ever)[:2] == (3, 7)
    # It was pipeline once, when it was qualified; reopening adds nothing.
    moved = changed(unchanged, after)
    untouched = {"P01", "F01", "M01", "M02", "M03"}
    assert untouched.isdisjoint(place.kpi_id for place in moved)
    # Open from April to May once more, and on no other month's last day.
    reopened = {
        place.start
        for place in moved
        if place.kpi_id == "opportunities_open_count" and place.grain == "month"
    }
    assert reopened == {dt.date(2025, 4, 1)}
    # Of the time before it was won first, only what became of those created then.
    assert {
        (place.kpi_id, place.variant)
        for place in moved
        if place.grain == "month" and place.start < march
    } <= {("P08", "created_cohort"), ("F03", "opportunity_to_won")}
    assert run.published(
        "select sum(cast(is_reopening as integer)) from marts.fct_opportunity_stage_visit"
    ) == [(1,)]


def test_another_owner_takes_the_credit_of_what_comes_and_nothing_of_what_was(
    unchanged: dict[Place, Numbers], other: OrchardCompany
) -> None:
    """G10: Cedar's second attempt, Ben's since March, went to Ada on 15 May 2026; it was qualified
    in March. Alder's first licence went to Ben long after Ada had won it.
    """
    change(other, "Opportunity", "006000000000008AAA", OwnerId=ADA)
    change(other, "Opportunity", "006000000000001AAA", OwnerId=BEN)
    changes = [
        ("017000000000001AAA", "006000000000008AAA", "2026-05-15T10:00:00.000+0000", BEN, ADA),
        ("017000000000002AAA", "006000000000001AAA", "2026-03-02T10:00:00.000+0000", ADA, BEN),
    ]
    write(
        other,
        "OpportunityFieldHistory",
        [
            {"Id": key, "OpportunityId": deal, "Field": "Owner", "OldValue": old, "NewValue": new,
             "DataType": "EntityId", "CreatedById": ADA, "CreatedDate": at, "IsDeleted": "false"}
            for key, deal, at, old, new in changes
        ],
    )  # fmt: skip
    after = numbers(other.run(LAST_DAY))
    moved = changed(unchanged, after)
    # Forecast accuracy adds up what each owner missed, so it alone may change as a whole.
    whole = {place for place in moved if place.segment_type != "owner"}
    assert {place.kpi_id for place in whole} <= {"P10"}
    # States: the day of the run and the month of May, not April.
    states = {
        (place.grain, place.start)
        for place in moved
        if place.kpi_id == "opportunities_open_amount" and place.variant == "headline"
    }
    assert ("month", dt.date(2026, 5, 1)) in states
    assert ("month", dt.date(2026, 4, 1)) not in states

    def open_amount(rows: dict[Place, Numbers], owner: str) -> Any:
        start = dt.date.fromisoformat(LAST_DAY)
        return rows[Place("opportunities_open_amount", "headline", "day", start, "owner", owner)][0]

    assert open_amount(after, "Ada Lindqvist") - open_amount(unchanged, "Ada Lindqvist") == 150_000
    assert open_amount(after, "Ben Okafor") - open_amount(unchanged, "Ben Okafor") == -150_000
    # Pipeline generated stays with who owned the deals when they were qualified.
    assert {place for place in moved if place.kpi_id == "P01"} == set()
