"""The ground of the made company: its tables agree with each other and with the real world.

Expected values are worked out by hand, or by a second way: Python's own time zones, the libraries
that know phone numbers, domains and states, or a plain loop.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import phonenumbers
import pycountry
import pytest
import tldextract
from email_validator import validate_email

from cultivar_demo.schema import TABLES
from cultivar_demo.settings import INTERNAL_DOMAIN, TINY, Settings
from cultivar_demo.world import foundation
from cultivar_demo.world.clock import (
    add_working_days,
    at_working_hour,
    deal_weight,
    demand_weight,
    fiscal_quarter,
    is_working_day,
    start_of_day,
    to_local,
    to_utc,
)
from cultivar_demo.world.foundation.draw import money_from_cents, split_count
from cultivar_demo.world.foundation.ownership import covering_spans, enter_crm, owner_at
from cultivar_demo.world.foundation.places import CITIES, COUNTRIES
from cultivar_demo.world.foundation.plan import MONTHLY_SALARY, employed_share, ramp
from cultivar_demo.world.foundation.staff import Employee
from cultivar_demo.world.world import World

FOUNDATION_TABLES = (
    "country_holiday",
    "currency_rate",
    "product",
    "territory",
    "sales_user",
    "territory_assignment",
    "quota",
    "cost_ledger",
    "headcount",
    "account",
    "account_ownership",
    "target_list_membership",
    "person",
    "employment",
    "campaign",
    "campaign_cost_day",
)
FAR = dt.datetime(2200, 1, 1)


def build(settings: Settings) -> World:
    world = World(settings)
    for step in foundation.STEPS.values():
        step(world)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    """Shared by the tests that only read."""
    return build(TINY)


def rows(world: World, query: str) -> list[dict[str, object]]:
    return world.sql(query).to_pylist()


def values(world: World, query: str) -> list[object]:
    return world.sql(query).column(0).to_pylist()


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


# ---------------------------------------------------------------------------------------- clock
@pytest.mark.parametrize(
    ("day", "count", "country", "expected"),
    [
        ("2025-07-03", 1, "US", "2025-07-07"),  # Friday 4 July is a holiday
        ("2025-07-03", 1, "GB", "2025-07-04"),
        ("2025-07-05", 1, "US", "2025-07-07"),  # from a Saturday
        ("2025-07-04", 0, "US", "2025-07-07"),
        ("2025-07-02", 0, "US", "2025-07-02"),
        ("2025-07-07", -1, "US", "2025-07-03"),
        ("2025-04-30", 1, "DE", "2025-05-02"),  # 1 May
        ("2026-04-02", 1, "GB", "2026-04-07"),  # Good Friday to Easter Monday
        ("2026-01-02", 10, "US", "2026-01-16"),
        ("2026-01-02", 11, "US", "2026-01-20"),  # Martin Luther King Day on the 19th
    ],
)
def test_working_days_skip_weekends_and_holidays(
    day: str, count: int, country: str, expected: str
) -> None:
    assert add_working_days(days(day), count, country) == days(expected)


def test_working_days_take_a_country_a_row() -> None:
    moved = add_working_days(days("2025-07-03", "2025-07-03", "2025-04-30"), 1, ["US", "GB", "DE"])
    assert moved.tolist() == days("2025-07-07", "2025-07-04", "2025-05-02").tolist()
    holidays = days("2025-12-25", "2025-12-26", "2025-12-27", "2025-12-29")
    assert is_working_day(holidays, "GB").tolist() == [False, False, False, True]
    assert is_working_day(holidays, "US").tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2025-03-07T09:00:00", "America/New_York", "2025-03-07T14:00:00"),
        ("2025-03-10T09:00:00", "America/New_York", "2025-03-10T13:00:00"),  # summer time
        ("2025-10-28T09:00:00", "Europe/London", "2025-10-28T09:00:00"),  # ended there already
        ("2025-10-28T09:00:00", "America/New_York", "2025-10-28T13:00:00"),  # not yet here
        ("2025-10-06T09:00:00", "Australia/Sydney", "2025-10-05T22:00:00"),
        ("2025-10-06T09:00:00", "Australia/Brisbane", "2025-10-05T23:00:00"),
        ("2026-01-15T09:00:00", "Asia/Kolkata", "2026-01-15T03:30:00"),
        ("2025-11-02T01:30:00", "America/New_York", "2025-11-02T05:30:00"),  # the first of two
        ("2025-03-09T02:30:00", "America/New_York", "2025-03-09T07:30:00"),  # does not exist
    ],
)
def test_local_time_to_utc(local: str, zone: str, expected: str) -> None:
    assert to_utc(np.array([local], dtype="datetime64[s]"), zone) == np.datetime64(expected)


def test_time_zones_agree_with_the_standard_library() -> None:
    random = np.random.default_rng(7)
    zones = sorted({city.time_zone for city in CITIES})
    instants = np.datetime64("2021-01-01", "s") + random.integers(0, 6 * 365 * 86_400, 400)
    picked = [zones[number] for number in random.integers(len(zones), size=400)]
    expected = [
        instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for instant, zone in zip(instants.tolist(), picked, strict=True)
    ]
    local = to_local(instants, picked)
    assert local.tolist() == expected
    back = to_utc(local, picked)
    # Only a doubled hour cannot find its way back.
    assert (back != instants).sum() <= 1


def test_working_hours_are_local() -> None:
    zones = [city.time_zone for city in CITIES]
    day = np.full(len(zones), np.datetime64("2025-10-29"))
    stamps = at_working_hour(day, zones, np.random.default_rng(1), 9, 10.5)
    for stamp, zone in zip(stamps.tolist(), zones, strict=True):
        wall = stamp.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
        assert wall.date() == dt.date(2025, 10, 29)
        assert dt.time(9) <= wall.time() < dt.time(10, 30)


def test_days_begin_in_the_reporting_time_zone() -> None:
    begins = start_of_day(days("2026-01-31", "2026-07-01"))
    assert begins.tolist() == [dt.datetime(2026, 1, 31, 5), dt.datetime(2026, 7, 1, 4)]


def test_fiscal_quarters_begin_in_february() -> None:
    start, length = fiscal_quarter(days("2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01"))
    assert start.tolist() == days("2025-11-01", "2026-02-01", "2026-02-01", "2026-05-01").tolist()
    assert length.tolist() == [92, 89, 89, 92]


def test_seasons() -> None:
    # Wednesdays: late in a fiscal quarter against early; September against late December.
    assert deal_weight(days("2026-04-29")) > 3 * deal_weight(days("2026-02-04"))
    assert deal_weight(days("2026-04-26")) < 0.1 * deal_weight(days("2026-04-29"))
    assert demand_weight(days("2025-12-24")) < 0.5 * demand_weight(days("2025-09-24"))
    assert demand_weight(days("2025-08-13")) < demand_weight(days("2025-09-24"))
    assert demand_weight(days("2025-09-28")) < 0.3 * demand_weight(days("2025-09-24"))
    year = np.arange(np.datetime64("2025-01-01"), np.datetime64("2026-01-01"))
    assert demand_weight(year).mean() == pytest.approx(1, abs=0.1)


# --------------------------------------------------------------------------------------- tables
def test_every_table_is_there_and_has_rows(world: World) -> None:
    for name in FOUNDATION_TABLES:
        table = world.table(name)
        assert table.schema.names == TABLES[name].schema.names
        assert table.num_rows > 0, name


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("account", "account_id"),
        ("account", "lower(account_name)"),
        ("account", "domain"),
        ("sales_user", "user_name"),
        ("sales_user", "email"),
        ("employment", "email"),
        ("campaign", "campaign_name"),
        ("product", "product_code"),
        ("target_list_membership", "(account_id, valid_from)"),
        ("quota", "(user_id, period_start, metric)"),
        ("headcount", "(month, role)"),
        ("cost_ledger", "(month, department, cost_type)"),
        ("campaign_cost_day", "(campaign_id, day)"),
        ("country_holiday", "(country, day)"),
    ],
)
def test_keys_are_unique(world: World, table: str, key: str) -> None:
    twins = f"select {key}, count(*) from {table} group by {key} having count(*) > 1"
    assert rows(world, twins) == []


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("account", "account_id"),
        ("person", "person_id"),
        ("employment", "employment_id"),
        ("sales_user", "user_id"),
        ("campaign", "campaign_id"),
        ("cost_ledger", "cost_line_id"),
        ("product", "product_id"),
        ("territory", "territory_id"),
    ],
)
def test_ids_are_dense(world: World, table: str, key: str) -> None:
    found = values(world, f"select {key} from {table} order by {key}")
    assert found == list(range(1, len(found) + 1))


def test_required_columns_are_filled(world: World) -> None:
    optional = {
        "sales_user": {"manager_user_id", "left_on"},
        "territory_assignment": {"valid_to"},
        "account": {"state", "parent_account_id", "entered_crm_at", "account_source"},
        "account_ownership": {"valid_to_at"},
        "target_list_membership": {"valid_to"},
        "person": {"consent_status"},
        "employment": {"mobile_phone", "ended_on"},
        "campaign": {"parent_campaign_id", "channel_code", "ended_on"},
    }
    for name in FOUNDATION_TABLES:
        table = world.table(name)
        empty = {column for column in table.column_names if table[column].null_count}
        assert empty <= optional.get(name, set()), name


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    again = World(TINY)
    again.connection.execute("set threads = 1")
    for step in foundation.STEPS.values():
        step(again)
    other = build(replace(TINY, seed=2))
    constant = {"currency_rate", "product", "territory", "country_holiday"}
    for name in FOUNDATION_TABLES:
        assert world.table(name).equals(again.table(name)), name
        assert world.table(name).equals(other.table(name)) == (name in constant), name


@pytest.mark.parametrize(
    "settings",
    [
        Settings(seed=5, accounts=50, months=3),
        Settings(seed=4, accounts=60, months=60),
        Settings(seed=3, accounts=2_000, months=25),
    ],
)
def test_other_sizes_hold_together(settings: Settings) -> None:
    sized = build(settings)
    assert len(values(sized, "select account_id from account")) == settings.accounts
    assert list(_ownership_faults(sized)) == []
    assert list(_assignment_faults(sized)) == []


# --------------------------------------------------------------------------------------- market
def test_firmographics_follow_their_rules(world: World) -> None:
    accounts = rows(world, "select * from account")
    for account in accounts:
        employees = account["employee_count"]
        expected = "smb" if employees < 200 else "mid_market" if employees < 2_000 else "enterprise"
        country = COUNTRIES[account["country"]]
        assert account["segment"] == expected
        assert account["region"] == country.region
        assert account["is_in_sam"] == (country.is_served and employees >= 20)
        assert 0 <= account["fit"] <= 1
        assert account["annual_revenue_usd"] > 0
        assert account["currency"] in ("USD", "EUR", "GBP")
        assert account["legal_name"].startswith(account["account_name"] + " ")
        assert (account["entered_crm_at"] is None) == (account["account_source"] is None)
    territories = {
        (row["region"], row["segment"]): row["territory_id"]
        for row in rows(world, "select * from territory")
    }
    assert all(
        row["territory_id"] == territories[row["region"], row["segment"]] for row in accounts
    )
    shares = Counter(row["entered_crm_at"] is not None for row in accounts)
    assert 0.5 < shares[True] / len(accounts) < 0.75


def test_states_are_subdivisions(world: World) -> None:
    states = rows(world, "select distinct country, state from account order by all")
    assert {row["country"] for row in states if row["state"]} == {"US", "CA", "AU"}
    for row in states:
        has_state = row["country"] in ("US", "CA", "AU")
        assert (row["state"] is not None) == has_state
        if has_state:
            assert pycountry.subdivisions.get(code=f"{row['country']}-{row['state']}")


def test_domains_are_registrable_and_like_the_name(world: World) -> None:
    extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    mail_providers = {"gmail", "yahoo", "hotmail", "outlook", "icloud", "aol", "gmx", "web", "live"}
    for row in rows(world, "select account_name, domain, country from account"):
        parts = extract(row["domain"])
        assert parts.top_domain_under_public_suffix == row["domain"]
        assert parts.domain not in mail_providers
        assert row["domain"] != INTERNAL_DOMAIN
        # Umlauts are spelled in several ways: the first two letters tell enough.
        letters = re.sub("[^a-z]", "", row["account_name"].lower())
        if row["account_name"].isascii():
            assert letters.startswith(parts.domain.rstrip("0123456789"))


def test_families_have_no_loops_and_larger_parents(world: World) -> None:
    accounts = {row["account_id"]: row for row in rows(world, "select * from account")}
    children = [row for row in accounts.values() if row["parent_account_id"]]
    assert 0.08 < len(children) / len(accounts) < 0.18
    depths = []
    for row in children:
        seen, at = {row["account_id"]}, row
        while at["parent_account_id"]:
            parent = accounts[at["parent_account_id"]]
            assert parent["employee_count"] > at["employee_count"]
            assert parent["account_id"] not in seen
            seen.add(parent["account_id"])
            at = parent
        depths.append(len(seen))
    assert set(depths) == {2, 3}


def test_phone_numbers_are_valid_in_their_country(world: World) -> None:
    numbers = rows(world, "select phone, country from account") + rows(
        world,
        "select unnest([phone, mobile_phone]) as phone, country "
        "from employment join person using (person_id)",
    )
    for row in numbers:
        if row["phone"] is not None:
            parsed = phonenumbers.parse(row["phone"])
            assert phonenumbers.is_possible_number(parsed)
            assert phonenumbers.is_valid_number_for_region(parsed, row["country"]), row


def test_cities_have_names_of_their_own() -> None:
    assert len({city.city for city in CITIES}) == len(CITIES)


def test_every_phone_pattern_is_valid() -> None:
    random = np.random.default_rng(3)
    for city in CITIES:
        country = COUNTRIES[city.country]
        for pattern in (city.phone, *country.mobile):
            for _ in range(15):
                digits = re.sub("#", lambda _: str(random.integers(10)), pattern)
                parsed = phonenumbers.parse(f"+{country.dial}{digits}")
                assert phonenumbers.is_valid_number_for_region(parsed, city.country), city


def test_target_list_is_a_tenth_of_the_serviceable_market(world: World) -> None:
    spans = rows(
        world,
        "select m.*, is_in_sam, entered_crm_at from target_list_membership as m "
        "join account using (account_id) order by account_id, valid_from",
    )
    serviceable = values(world, "select count(*) from account where is_in_sam")[0]
    for day in (TINY.first_day, dt.date(2026, 2, 1), TINY.last_day):
        members = [
            span["account_id"]
            for span in spans
            if span["valid_from"] <= day and (span["valid_to"] is None or day < span["valid_to"])
        ]
        assert len(members) == len(set(members))
        assert len(members) == pytest.approx(0.1 * serviceable, abs=1.5)
    for span in spans:
        assert span["is_in_sam"]
        assert span["tier"] in (1, 2, 3)
        assert span["entered_crm_at"].date() <= span["valid_from"]
        for day in (span["valid_from"], span["valid_to"]):
            begins_quarter = day is None or (day.day == 1 and day.month in (2, 5, 8, 11))
            assert begins_quarter or day == TINY.first_day
    assert any(span["valid_from"] > TINY.first_day for span in spans)
    assert any(span["valid_to"] for span in spans)


# ------------------------------------------------------------------------------------ ownership
def _ownership_faults(world: World) -> Iterator[str]:
    """Gaps, overlaps, wrong begins, and owners who do not work or do not cover the territory."""
    spans = defaultdict(list)
    for row in rows(world, "select * from account_ownership order by valid_from_at"):
        spans[row["account_id"], row["role"]].append(row)
    users = {row["user_id"]: row for row in rows(world, "select * from sales_user")}
    covers = {
        (row["territory_id"], row["user_id"], row["role"])
        for row in rows(world, "select * from territory_assignment")
    }
    for account in rows(world, "select * from account"):
        for role in ("owner", "sdr"):
            own = spans.pop((account["account_id"], role), [])
            if account["entered_crm_at"] is None:
                if own:
                    yield f"{account['account_id']} is owned, but not in the CRM"
                continue
            expected = account["entered_crm_at"]
            for span in own:
                if span["valid_from_at"] != expected:
                    yield f"{span} begins at another time than {expected}"
                expected = span["valid_to_at"]
                if expected is not None and expected <= span["valid_from_at"]:
                    yield f"{span} is empty"
                user = users[span["user_id"]]
                if span["valid_from_at"].date() < user["hired_on"]:
                    yield f"{span} begins before the user came"
                left = user["left_on"]
                if left and (expected is None or expected.date() > left):
                    yield f"{span} ends after the user left"
                position = "ae" if role == "owner" else "sdr"
                if (account["territory_id"], span["user_id"], position) not in covers:
                    yield f"{span} is outside of the user's territories"
            if not own or expected is not None:
                yield f"{account['account_id']} has no open {role}"
    yield from (f"unknown {key}" for key in spans)


def _assignment_faults(world: World) -> Iterator[str]:
    """Days on which a territory has nobody in a role, and users who are not there."""
    settings = world.settings
    users = {row["user_id"]: row for row in rows(world, "select * from sales_user")}
    covered = defaultdict(set)
    for row in rows(world, "select * from territory_assignment"):
        user = users[row["user_id"]]
        end = row["valid_to"] or user["left_on"] or dt.date(2200, 1, 1)
        if row["valid_from"] < user["hired_on"] or (user["left_on"] and end > user["left_on"]):
            yield f"{row} is not within employment"
        first = max(row["valid_from"], settings.first_day)
        last = min(end, settings.last_day + dt.timedelta(days=1))
        for number in range((last - first).days):
            covered[row["territory_id"], row["role"]].add(first + dt.timedelta(days=number))
    for territory in range(1, 10):
        for role in ("sdr", "ae", "am", "csm"):
            if len(covered[territory, role]) != settings.days:
                yield f"territory {territory} has days without {role}"


def test_ownership_has_no_gap_and_no_overlap(world: World) -> None:
    assert list(_ownership_faults(world)) == []
    assert list(_assignment_faults(world)) == []
    spans = Counter(
        values(world, "select count(*) from account_ownership group by account_id, role")
    )
    assert spans[2] + spans[3] > 0, "nobody ever changes"


def test_a_gap_is_bridged_by_the_manager(world: World) -> None:
    bridged = values(
        world,
        "select count(*) from account_ownership join sales_user using (user_id) "
        "where sales_user.role = 'manager' and valid_to_at is not null",
    )
    assert bridged[0] > 0


def test_owner_at_agrees_with_a_plain_search(world: World) -> None:
    random = np.random.default_rng(5)
    spans = rows(world, "select * from account_ownership")
    ids = random.integers(1, TINY.accounts + 1, 300)
    first = np.datetime64(TINY.first_day, "s")
    stamps = first + random.integers(0, TINY.days * 86_400, 300)
    expected = []
    for account, stamp in zip(ids.tolist(), stamps.tolist(), strict=True):
        found = [
            span["user_id"]
            for span in spans
            if span["account_id"] == account
            and span["role"] == "sdr"
            and span["valid_from_at"] <= stamp < (span["valid_to_at"] or FAR)
        ]
        expected.append(found[0] if found else 0)
    assert owner_at(world, ids, stamps, "sdr").tolist() == expected
    assert 0 < expected.count(0) < 300


def test_accounts_enter_the_crm_once() -> None:
    world = build(TINY)
    unknown = values(
        world, "select account_id from account where entered_crm_at is null order by account_id"
    )[:3]
    known = rows(
        world, "select account_id, entered_crm_at from account where account_source = 'Event'"
    )
    at = np.datetime64("2026-03-05T15:00:00")
    asked = [*unknown, unknown[0], known[0]["account_id"]]
    stamps = np.array([at, at + 60, at + 120, at - 3600, at], dtype="datetime64[s]")
    sources = ["Web Form", "Event", "Web Form", "Referral", "Web Form"]
    assert enter_crm(world, asked, stamps, sources).tolist() == unknown
    entered = rows(
        world,
        "select account_source, entered_crm_at from account "
        f"where account_id in ({unknown[0]}, {unknown[1]}) order by account_id",
    )
    assert [tuple(row.values()) for row in entered] == [
        ("Referral", dt.datetime(2026, 3, 5, 14)),
        ("Event", dt.datetime(2026, 3, 5, 15, 1)),
    ]
    kept = f"select entered_crm_at from account where account_id = {known[0]['account_id']}"
    assert values(world, kept) == [known[0]["entered_crm_at"]]
    assert list(_ownership_faults(world)) == []
    assert enter_crm(world, asked, stamps, "Web Form").tolist() == []
    assert list(_ownership_faults(world)) == []


def test_customer_roles_can_be_covered_from_any_instant(world: World) -> None:
    accounts = world.columns("select account_id, territory_id from account order by account_id")
    begin = np.full(TINY.accounts, np.datetime64("2025-12-01T12:00:00"))
    spans = covering_spans(world, accounts["account_id"], accounts["territory_id"], begin, "am")
    ids = np.asarray(spans["account_id"])
    assert set(ids.tolist()) == set(range(1, TINY.accounts + 1))
    am = set(values(world, "select user_id from sales_user where role in ('am', 'manager')"))
    assert set(spans["user_id"].to_pylist()) <= am
    assert min(spans["valid_from_at"].to_pylist()) == dt.datetime(2025, 12, 1, 12)


# --------------------------------------------------------------------------------------- people
def test_jobs_of_a_person_follow_on_each_other(world: World) -> None:
    jobs = defaultdict(list)
    for row in rows(world, "select * from employment order by started_on"):
        jobs[row["person_id"]].append(row)
    for own in jobs.values():
        for row in own:
            assert row["started_on"] <= TINY.last_day
            assert row["ended_on"] is None or row["started_on"] < row["ended_on"] <= TINY.last_day
        for before, after in pairwise(own):
            assert before["ended_on"] <= after["started_on"]
            assert before["account_id"] != after["account_id"]
    assert any(len(own) > 1 for own in jobs.values())
    people = len(values(world, "select person_id from person"))
    ended = sum(row["ended_on"] is not None for own in jobs.values() for row in own)
    # 8 % a year, for 15 months.
    assert ended / people == pytest.approx(0.08 * 15 / 12, abs=0.03)
    assert set(jobs) == set(range(1, people + 1))


def test_addresses_are_valid_and_at_the_employer(world: World) -> None:
    query = "select email, domain from employment join account using (account_id)"
    for row in rows(world, query):
        assert row["email"].endswith("@" + row["domain"])
        assert validate_email(row["email"], check_deliverability=False).normalized == row["email"]


def test_every_company_has_people_and_a_head(world: World) -> None:
    counts = values(
        world, "select count(*) from employment where ended_on is null group by account_id"
    )
    assert len(counts) == TINY.accounts
    assert max(counts) <= 20
    heads = values(
        world,
        "select count(distinct account_id) from employment "
        "where function = 'executive' and seniority = 'c_level'",
    )
    assert heads[0] == TINY.accounts


# ---------------------------------------------------------------------------------- users, plan
def test_users_come_and_go(world: World) -> None:
    users = rows(world, "select * from sales_user")
    roles = Counter(row["role"] for row in users if row["left_on"] is None)
    least = {"sdr": 2, "ae": 3, "am": 1, "csm": 1, "se": 1, "manager": 1, "executive": 1}
    assert all(roles[role] >= count for role, count in least.items())
    assert any(row["hired_on"] > TINY.first_day for row in users)
    assert any(row["left_on"] for row in users)
    assert all(row["email"].endswith("@" + INTERNAL_DOMAIN) for row in users)
    for row in users:
        assert is_working_day(np.array([row["hired_on"]], "datetime64[D]"), row["country"])[0]
        assert row["left_on"] is None or row["hired_on"] < row["left_on"] <= TINY.last_day
        assert (row["manager_user_id"] is None) == (row["role"] == "executive")


def test_a_company_of_the_planned_size_has_the_planned_staff() -> None:
    world = build(Settings(accounts=1_500))
    roles = Counter(values(world, "select role from sales_user where left_on is null"))
    assert roles == {
        "sdr": 6, "ae": 8, "am": 3, "csm": 2, "se": 2, "manager": 3, "marketing": 3,
        "operations": 1, "executive": 1,
    }  # fmt: skip


def test_headcount_counts_the_users_of_the_last_day(world: World) -> None:
    users = rows(world, "select * from sales_user")
    for row in rows(world, "select * from headcount"):
        following = (row["month"] + dt.timedelta(days=31)).replace(day=1)
        last = following - dt.timedelta(days=1)
        expected = sum(
            user["role"] == row["role"]
            and user["hired_on"] <= last
            and (user["left_on"] is None or user["left_on"] > last)
            for user in users
        )
        assert row["headcount"] == expected, row


def test_ramp_and_employment_by_hand() -> None:
    person = Employee(
        0, "ae", "AMER", "US", "America/New_York", dt.date(2026, 1, 12), dt.date(2026, 9, 11)
    )
    assert ramp(person, dt.date(2026, 1, 1), 6) == 0
    assert ramp(person, dt.date(2026, 4, 1), 6) == 0.5
    assert ramp(person, dt.date(2026, 9, 1), 6) == 1
    assert employed_share(person, dt.date(2025, 12, 1)) == 0
    assert employed_share(person, dt.date(2026, 1, 1)) == pytest.approx(20 / 31)
    assert employed_share(person, dt.date(2026, 5, 1)) == 1
    assert employed_share(person, dt.date(2026, 9, 1)) == pytest.approx(10 / 30)
    assert employed_share(person, dt.date(2026, 10, 1)) == 0


def test_quotas_belong_to_carriers_who_are_there(world: World) -> None:
    metric = {"sdr": "qualified_opportunities", "ae": "bookings_usd", "am": "bookings_usd"}
    quotas = rows(world, "select * from quota join sales_user using (user_id)")
    for row in quotas:
        assert row["metric"] == metric[row["role"]]
        assert row["left_on"] is None or row["period_start"] < row["left_on"]
        first = (row["hired_on"].year, row["hired_on"].month)
        month = (row["period_start"].year, row["period_start"].month)
        assert month >= first
        assert (row["quota"] == 0) == (month == first) or row["metric"] != "bookings_usd"


def test_salaries_follow_from_the_users(world: World) -> None:
    users = rows(world, "select * from sales_user")
    month = dt.date(2026, 6, 1)
    expected = sum(
        MONTHLY_SALARY[user["role"]]
        for user in users
        if user["role"] == "marketing"
        and user["hired_on"] <= month
        and (user["left_on"] is None or user["left_on"] > dt.date(2026, 6, 30))
    )
    paid = values(
        world,
        "select amount_usd from cost_ledger where month = date '2026-06-01' "
        "and department = 'Marketing' and cost_type = 'salaries'",
    )
    assert [float(amount) for amount in paid] == [expected]
    buckets = rows(world, "select distinct department, cost_bucket from cost_ledger")
    assert len(buckets) == len({row["department"] for row in buckets}) == 5
    assert {row["cost_bucket"] for row in buckets} == {
        "acquisition",
        "retention",
        "cost_of_revenue",
    }


def test_programmes_contain_all_campaign_costs(world: World) -> None:
    campaigns = values(world, "select sum(actual_cost_usd) from campaign")[0]
    programmes = values(
        world, "select sum(amount_usd) from cost_ledger where cost_type = 'programmes'"
    )[0]
    assert campaigns < programmes < 2 * campaigns


# ------------------------------------------------------------------------------------ campaigns
def test_daily_costs_sum_to_the_cent(world: World) -> None:
    sums = rows(
        world,
        "select actual_cost_usd, sum(cost_usd) as spent, min(day) as first, max(day) as last, "
        "started_on, ended_on, count(*) as days, min(cost_usd) as least, "
        "bool_and(clicks <= impressions) as is_possible "
        "from campaign_cost_day join campaign using (campaign_id) group by all",
    )
    assert len(sums) >= 8
    for row in sums:
        assert row["spent"] == row["actual_cost_usd"] > 0
        assert (row["first"], row["last"]) == (row["started_on"], row["ended_on"])
        assert row["days"] == (row["ended_on"] - row["started_on"]).days + 1
        assert row["least"] >= 0
        assert row["is_possible"]
    kinds = values(
        world,
        "select distinct campaign_type from campaign join campaign_cost_day using (campaign_id) "
        "order by all",
    )
    assert kinds == ["Paid Search", "Paid Social"]


def test_campaigns_form_a_tree_of_three_levels(world: World) -> None:
    campaigns = {row["campaign_id"]: row for row in rows(world, "select * from campaign")}
    parents = {row["parent_campaign_id"] for row in campaigns.values()}
    for row in campaigns.values():
        assert row["is_leaf"] == (row["campaign_id"] not in parents)
        assert row["created_at"].date() <= row["started_on"]
        if not row["is_leaf"]:
            assert row["actual_cost_usd"] == 0
            continue
        above = campaigns[row["parent_campaign_id"]]
        assert above["channel_code"] == row["channel_code"]
        assert campaigns[above["parent_campaign_id"]]["campaign_name"] == row["channel"]
        named = re.fullmatch(r"(\d{4})_(\d\d)-([A-Z]+)-[a-z0-9-]+", row["campaign_name"])
        if named is None:
            assert row["campaign_name"] == f"Default-{row['channel_code']}"
            assert (row["actual_cost_usd"], row["ended_on"]) == (0, None)
        else:
            start = row["started_on"]
            assert named.groups() == (f"{start:%Y}", f"{start:%m}", row["channel_code"])
            assert row["ended_on"] >= start
    owners = values(world, "select user_id from sales_user where role = 'marketing'")
    assert {row["owner_user_id"] for row in campaigns.values()} <= set(owners)


# ---------------------------------------------------------------------------------------- tools
def test_counts_are_split_by_largest_remainders() -> None:
    assert split_count(7, (0.5, 0.3, 0.2)) == [4, 2, 1]
    assert split_count(0, (1, 1)) == [0, 0]
    assert sum(split_count(11, (1, 1, 1))) == 11


def test_cents_become_money() -> None:
    amounts = [
        str(amount) for amount in money_from_cents(np.array([0, 5, 123_456, -7])).to_pylist()
    ]
    assert amounts == ["0.00", "0.05", "1234.56", "-0.07"]
