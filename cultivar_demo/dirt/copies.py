"""Copying records as further ones of the same entity, many jobs at once.

Belongs here: which rows belong to a record, and what a copy keeps of them. Does not belong here:
why records are copied. What is copied is always the truth: copies are made before anything is
altered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cultivar_demo.dirt.records import ENTITIES, SAFE_DAYS, Records

PEOPLE = ("contact", "lead")

SUBSIDIARIES = ("Services", "Ventures", "Logistics", "Holding", "Studios")
"""What the copy of a company that is to be another one is called besides."""


@dataclass(frozen=True)
class Copying:
    """A job.

    Args:
        name: random stream, and key of the result.
        entity: whose records are copied.
        eligible: query for the ids of originals.
        share: share of the eligible ones.
        at_least: so many in any case.
        days_later: the copy is created so many days after the original, from and to.
        times: copies of each original.
        is_same: the copy stands for the same company, person or deal; it is another one otherwise,
            with a name and an address of its own.
    """

    name: str
    entity: str
    eligible: str
    share: float
    at_least: int = 1
    days_later: tuple[int, int] = (1, 60)
    times: int = 1
    is_same: bool = False


@dataclass(frozen=True)
class Copied:
    """Originals (ids), and the ids of their copies: one row a time, one column an original."""

    originals: np.ndarray
    copies: np.ndarray

    @property
    def first(self) -> np.ndarray:
        """The first copy of each original."""
        result: np.ndarray = self.copies[0]
        return result


def copy_all(records: Records, jobs: Sequence[Copying]) -> dict[str, Copied]:
    """Do all jobs, in their order; result by the job's name.

    Of versioned records one version is copied: a deal's last, so that it stands where the original
    does, and the first of anything else, which then lies there as it was entered. Of subscriptions
    all versions are.
    """
    done: dict[str, Copied] = {}
    for entity in dict.fromkeys(job.entity for job in jobs):
        own = [job for job in jobs if job.entity == entity]
        picked = [
            records.pick(
                f"copy/{job.name}", entity, job.eligible, share=job.share,
                at_least=job.at_least, reserves=job.is_same,
            )
            for job in own
        ]  # fmt: skip
        originals = [np.tile(ids, job.times) for job, ids in zip(own, picked, strict=True)]
        days = [
            records.world.settings.random("dirt", "days", job.name).integers(
                job.days_later[0], job.days_later[1] + 1, len(ids)
            )
            for job, ids in zip(own, originals, strict=True)
        ]
        same = [np.full(len(ids), job.is_same) for job, ids in zip(own, originals, strict=True)]
        new = _copy(
            records, entity, np.concatenate(originals), np.concatenate(days), np.concatenate(same)
        )
        records.reserve(entity, new)
        start = 0
        for job, ids in zip(own, picked, strict=True):
            end = start + job.times * len(ids)
            done[job.name] = Copied(ids, new[start:end].reshape(job.times, len(ids)))
            start = end
    return done


def _copy(
    records: Records, entity: str, ids: np.ndarray, days: np.ndarray, same: np.ndarray
) -> np.ndarray:
    """Copy records; ``days`` later each, ``same`` or anew. Returns the new ids, in their order."""
    place = ENTITIES[entity]
    new = _next(records, place.base, place.key, len(ids))
    columns = {"record_id": ids, "new_id": new, "days": days, "is_same": same}
    if entity in PEOPLE:
        columns |= {
            "new_person": _next(records, "person", "person_id", len(ids)),
            "new_job": _next(records, "employment", "employment_id", len(ids)),
        }
    _remember(records, entity, columns)
    if entity in PEOPLE:
        _copy_people(records, entity)
    own = {place.key: "copied.new_id", place.born: "copied.born_at", **_anew(records, entity)}
    if place.versions is None:
        # A subscription's versions keep their distances.
        if entity == "subscription":
            own[place.born] = f"original.{place.born} + (copied.born_at - copied.first_at)"
        _insert(records, place.base, f"original.{place.key} = copied.record_id", own)
        return new
    _insert(records, place.base, f"original.{place.key} = copied.record_id", own)
    _insert(
        records,
        place.versions,
        f"original.{place.key} = copied.record_id and original.version_at = copied.source_at",
        own | {"version_at": "copied.born_at"},
    )
    if entity == "account":
        _copy_ownership(records)
    return new


def _remember(records: Records, entity: str, columns: Mapping[str, np.ndarray]) -> None:
    """Temporary table ``copied``: the columns, what is copied, and when the copy is born.

    ``source_at`` is the version that is copied, ``first_at`` the original's beginning.
    """
    place = ENTITIES[entity]
    latest = f"timestamp '{records.cutoff}' - interval {SAFE_DAYS} day"
    which = "max" if entity == "opportunity" else "min"
    stamp = place.born if place.versions is None else "version_at"
    given = records.given(**columns)
    records.connection.execute(
        f"""
        create or replace temp table copied as
        select given.*, source.source_at, source.source_at as first_at,
            least(source.source_at + to_days(cast(given.days as integer)), {latest}) as born_at
        from {given} as given
        join (
            select {place.key} as record_id, {which}({stamp}) as source_at
            from main.{place.versions or place.base} group by all
        ) as source using (record_id)
        order by new_id
        """
    )


def _anew(records: Records, entity: str) -> dict[str, str]:
    """Columns by which a copy that stands for another company or deal differs."""
    if entity == "account":
        forms = ", ".join(f"'{form}'" for form in SUBSIDIARIES)
        form = f"([{forms}])[1 + copied.new_id % {len(SUBSIDIARIES)}]"
        return {
            column: f"case when copied.is_same then original.{column} else {value} end"
            for column, value in {
                "account_name": f"original.account_name || ' ' || {form}",
                "legal_name": f"original.account_name || ' ' || {form}",
                "domain": f"lower({form}) || '-' || original.domain",
                "website": "replace(original.website, '://www.', "
                f"'://www.' || lower({form}) || '-')",
            }.items()
        }
    if entity == "opportunity":
        return {
            "opportunity_name": "case when copied.is_same then original.opportunity_name "
            "else original.opportunity_name || ' (' || copied.new_id || ')' end",
            # A hand-off makes one deal.
            "hand_off_id": "null",
        }
    if entity == "subscription":
        return {
            "subscription_name": "'A-S9' || lpad(cast(copied.new_id as varchar), 7, '0')",
            "opportunity_id": "null",
        }
    if entity in PEOPLE:
        return {"person_id": "copied.new_person", "employment_id": "copied.new_job"}
    return {}


def _copy_people(records: Records, entity: str) -> None:
    """Copied people get rows of their own, so that names and addresses can be altered.

    Somebody else's first and last name make the name of another person.
    """
    place = ENTITIES[entity]
    count = records.connection.execute("select count(*) from main.person").fetchone()
    people = int(count[0]) if count else 0
    local = (
        r"regexp_replace(lower(strip_accents(human.first_name || '.' || human.last_name)), "
        r"'[^a-z.]', '', 'g')"
    )
    records.connection.execute(
        f"""
        create or replace temp table copied_human as
        select
            copied.new_person, copied.new_job, original.person_id, original.employment_id,
            case when is_same then own.first_name else other.first_name end as first_name,
            case when is_same then own.last_name else another.last_name end as last_name,
            copied.is_same
        from copied
        join main.{place.base} as original on original.{place.key} = copied.record_id
        join main.person as own on own.person_id = original.person_id
        join main.person as other on other.person_id = 1 + (copied.new_person * 7919) % {people}
        join main.person as another
            on another.person_id = 1 + (copied.new_person * 104729) % {people}
        order by copied.new_id
        """
    )
    for table, key, new, replaced in (
        (
            "person", "person_id", "new_person",
            {"first_name": "human.first_name", "last_name": "human.last_name"},
        ),
        (
            "employment", "employment_id", "new_job",
            {
                "person_id": "human.new_person",
                "email": f"case when human.is_same then original.email "
                f"else {local} || '@' || split_part(original.email, '@', 2) end",
                "mobile_phone": "case when human.is_same then original.mobile_phone end",
            },
        ),
    ):  # fmt: skip
        records.own(table)
        values = _values(records, table, {key: f"human.{new}", **replaced})
        records.connection.execute(
            f"insert into record.{table} select {values} from copied_human as human "
            f"join main.{table} as original on original.{key} = human.{key} order by human.{new}"
        )


def _copy_ownership(records: Records) -> None:
    """A copied company has an owner and a type from its beginning."""
    for table, values in (
        (
            "account_ownership",
            "version.account_id, 'owner', version.owner_user_id, version.version_at, null",
        ),
        ("account_type_change", "version.account_id, version.version_at, version.account_type"),
    ):
        records.own(table)
        records.connection.execute(
            f"insert into record.{table} select {values} from record.account_version as version "
            "join copied on copied.new_id = version.account_id order by version.account_id"
        )


def _insert(records: Records, table: str, matches: str, replaced: Mapping[str, str]) -> None:
    records.own(table)
    records.connection.execute(
        f"insert into record.{table} select {_values(records, table, replaced)} "
        f"from copied join main.{table} as original on {matches} order by copied.new_id"
    )


def _values(records: Records, table: str, replaced: Mapping[str, str]) -> str:
    names = [row[0] for row in records.connection.execute(f"describe main.{table}").fetchall()]
    return ", ".join(replaced.get(name, f"original.{name}") for name in names)


def _next(records: Records, table: str, key: str, number: int) -> np.ndarray:
    row = records.connection.execute(f"select coalesce(max({key}), 0) from record.{table}")
    (highest,) = row.fetchone() or (0,)
    return np.arange(highest + 1, highest + 1 + number, dtype=np.int64)
