"""People of the market and their jobs, with changes of job over the period.

Belongs here: person and employment. Does not belong here: what the CRM knows of them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cultivar_demo.settings import Settings
from cultivar_demo.world.foundation.draw import (
    Lists,
    choose,
    fill_patterns,
    join_texts,
    nullable,
    take_texts,
)
from cultivar_demo.world.foundation.jobs import FUNCTIONS, SENIORITIES, Jobs, draw_jobs
from cultivar_demo.world.foundation.names import draw_names
from cultivar_demo.world.foundation.places import CITIES, COUNTRIES
from cultivar_demo.world.world import World

DEPARTMENTS = (
    "Information Technology",
    "Security",
    "Finance",
    "Operations",
    "Executive",
    "Procurement",
    "Business",
)
"""In the order of ``FUNCTIONS``."""

FIRST_WORDS = {"c_level": "Chief", "vp": "VP", "director": "Director", "manager": "Manager"}

SUBJECTS: dict[str, tuple[str, ...]] = {
    "it": ("IT", "Data", "Business Intelligence", "Information Systems", "Data Engineering"),
    "security": ("Information Security", "Security Operations", "Risk and Compliance"),
    "finance": ("Finance", "Controlling", "Financial Planning"),
    "operations": ("Operations", "Revenue Operations", "Business Operations", "Supply Chain"),
    "executive": ("Strategy", "Corporate Development", "Transformation"),
    "procurement": ("Procurement", "Purchasing", "Vendor Management"),
    "other": ("Marketing", "Human Resources", "Customer Experience", "Product"),
}
CHIEFS: dict[str, tuple[str, ...]] = {
    "it": ("Chief Information Officer", "Chief Technology Officer", "Chief Data Officer"),
    "security": ("Chief Information Security Officer",),
    "finance": ("Chief Financial Officer",),
    "operations": ("Chief Operating Officer",),
    "executive": ("Chief Executive Officer", "Managing Director", "President"),
    "procurement": ("Chief Procurement Officer",),
    "other": ("Chief Marketing Officer", "Chief People Officer", "Chief Product Officer"),
}
INDIVIDUALS: dict[str, tuple[str, ...]] = {
    "it": ("Data Analyst", "Systems Engineer", "BI Developer", "Data Engineer", "IT Specialist"),
    "security": ("Security Analyst", "Security Engineer"),
    "finance": ("Financial Analyst", "Accountant", "Controller"),
    "operations": ("Operations Analyst", "Business Analyst", "Operations Specialist"),
    "executive": ("Executive Assistant", "Chief of Staff"),
    "procurement": ("Buyer", "Sourcing Specialist"),
    "other": ("Marketing Analyst", "Product Analyst", "HR Specialist"),
}

ABROAD_SHARE = 0.04
"""People who live in another country than their company's headquarters."""

MOBILE_SHARE = 0.6

OPTED_IN_SHARE = 0.35
"""People of EMEA who said yes; for the others there is a legitimate interest."""

ADDRESS_STYLES = (0.68, 0.22, 0.10)
"""first.last, flast, first_last: one style a company, as companies have."""


def add_people(world: World) -> None:
    """Add person and employment."""
    settings = world.settings
    random = settings.random("foundation/people")
    accounts = world.columns(
        "select country, city, employee_count from account order by account_id"
    )
    codes = list(COUNTRIES)
    encoded = pa.array(accounts["country"]).dictionary_encode()
    number_of = np.array([codes.index(code) for code in encoded.dictionary.to_pylist()])
    account_country = number_of[np.asarray(encoded.indices)]
    jobs, persons = draw_jobs(settings, accounts["employee_count"], account_country)
    order = np.lexsort((jobs.account, jobs.started.clip(np.datetime64(settings.first_day, "D"))))
    jobs = Jobs(*(column[order] for column in vars(jobs).values()))

    country = np.full(persons, -1, dtype=np.int64)
    # A person lives where the first job is, or elsewhere.
    country[jobs.person[::-1]] = account_country[jobs.account[::-1]]
    is_abroad = random.random(persons) < ABROAD_SHARE
    shares = [facts.share for facts in COUNTRIES.values()]
    country[is_abroad] = choose(shares, int(is_abroad.sum()), random)
    first, last, first_plain, last_plain = draw_names(country, random)
    world.add(
        "person",
        {
            "person_id": np.arange(1, persons + 1),
            "first_name": first,
            "last_name": last,
            "country": take_texts(codes, country),
            "consent_status": _consents(settings, country),
        },
    )
    emails = _emails(world, jobs, first_plain, last_plain, random)
    home = country[jobs.person]
    office = _city_numbers(accounts["city"])[jobs.account]
    dial = take_texts([f"+{facts.dial}" for facts in COUNTRIES.values()], home)
    titles = Lists(_titles())
    title = titles.draw(jobs.function * len(SENIORITIES) + jobs.seniority, random)
    has_no_mobile = random.random(len(home)) >= MOBILE_SHARE
    world.add(
        "employment",
        {
            "employment_id": np.arange(1, len(home) + 1),
            "person_id": jobs.person + 1,
            "account_id": jobs.account + 1,
            "email": emails,
            "phone": join_texts(dial, fill_patterns(*_landlines(home, office, random), random)),
            "mobile_phone": pc.if_else(
                pa.array(has_no_mobile),
                pa.scalar(None, pa.string()),
                join_texts(dial, fill_patterns(*_mobiles(home, random), random)),
            ),
            "title": titles.texts(title),
            "department": take_texts(DEPARTMENTS, jobs.function),
            "function": take_texts(FUNCTIONS, jobs.function),
            "seniority": take_texts(SENIORITIES, jobs.seniority),
            "started_on": jobs.started,
            "ended_on": nullable(jobs.ended, np.isnat(jobs.ended)),
        },
    )


def _consents(settings: Settings, country: np.ndarray) -> pa.Array:
    """Why mails are allowed, for people of ``country`` (position in ``COUNTRIES``)."""
    needs = np.array([facts.region == "EMEA" for facts in COUNTRIES.values()])[country]
    is_given = settings.random("foundation/consent").random(len(country)) < OPTED_IN_SHARE
    texts = take_texts(("Legitimate Interest", "Opted In"), is_given.astype(np.int64))
    return pc.if_else(pa.array(needs), texts, pa.scalar(None, pa.string()))


def _titles() -> dict[str, list[str]]:
    """Titles by function and seniority, in the order of both."""
    titles: dict[str, list[str]] = {}
    for function in FUNCTIONS:
        for seniority in SENIORITIES:
            subjects = SUBJECTS[function]
            titles[f"{function}/{seniority}"] = {
                "c_level": list(CHIEFS[function]),
                "vp": [f"VP {subject}" for subject in subjects]
                + [f"Vice President of {subject}" for subject in subjects],
                "director": [f"Director of {subject}" for subject in subjects]
                + [f"Head of {subject}" for subject in subjects],
                "manager": [f"{subject} Manager" for subject in subjects]
                + [f"Senior Manager {subject}" for subject in subjects],
                "individual": list(INDIVIDUALS[function]),
            }[seniority]
    return titles


def _emails(
    world: World,
    jobs: Jobs,
    first_plain: pa.Array,
    last_plain: pa.Array,
    random: np.random.Generator,
) -> pa.Array:
    """One address a job, in the style of its company; of equal ones the second gets a 2."""
    style = choose(ADDRESS_STYLES, world.settings.accounts, random)[jobs.account]
    person = pa.array(jobs.person)
    first, last = first_plain.take(person), last_plain.take(person)
    is_initial = pa.array(style == 1)
    local = join_texts(
        pc.if_else(is_initial, pc.utf8_slice_codeunits(first, 0, 1), first),
        take_texts((".", "", "_"), style),
        last,
    )
    del first, last
    jobs_table = pa.table(
        {"row": np.arange(len(local)), "account_id": jobs.account + 1, "local": local}
    )
    world.connection.register("_jobs", jobs_table)
    emails = world.sql(
        "select local || case when rank > 1 then rank::text else '' end || '@' || domain as email "
        "from (select *, row_number() over (partition by account_id, local order by row) as rank "
        "from _jobs) join account using (account_id) order by row"
    )
    world.connection.unregister("_jobs")
    return emails["email"].combine_chunks()


def _city_numbers(names: np.ndarray) -> np.ndarray:
    """Position in ``CITIES`` of each name; no two cities there share one."""
    encoded = pa.array(names).dictionary_encode()
    known = [place.city for place in CITIES]
    numbers = np.array([known.index(name) for name in encoded.dictionary.to_pylist()])
    return numbers[np.asarray(encoded.indices)]


def _landlines(
    country: np.ndarray, office: np.ndarray, random: np.random.Generator
) -> tuple[list[str], np.ndarray]:
    """Patterns of landline numbers, and the position of one for each job.

    Args:
        country: where the person lives, position in ``COUNTRIES``.
        office: city of the employer, position in ``CITIES``; its area code, unless abroad.
        random: stream.
    """
    codes = list(COUNTRIES)
    cities = [str(number) for number in range(len(CITIES))]
    of_country = {
        code: [n for n, place in zip(cities, CITIES, strict=True) if place.country == code]
        for code in codes
    }
    lists = Lists(of_country)
    elsewhere = np.array([int(number) for number in lists.values])[lists.draw(country, random)]
    home_of_office = np.array([codes.index(place.country) for place in CITIES])[office]
    chosen = np.where(home_of_office == country, office, elsewhere)
    return [place.phone for place in CITIES], chosen


def _mobiles(country: np.ndarray, random: np.random.Generator) -> tuple[list[str], np.ndarray]:
    """Patterns of mobile numbers; where none are apart, those of landlines."""
    lists = Lists(
        {
            code: facts.mobile or [place.phone for place in CITIES if place.country == code]
            for code, facts in COUNTRIES.items()
        }
    )
    return lists.values, lists.draw(country, random)
