"""What a run found, and the life of each finding over the nights.

Belongs here: the statements that write ``hygiene.violation`` (this run's day) and
``hygiene.finding`` (episodes). Does not belong here: what breaks a rule (``terms``), what is at
stake (``stakes.py``), where the memory of earlier nights comes from (``publish.memory``).

An episode goes from the night that first found a violation to the first one that did not. Only open
episodes ever change. A second run of a day begins from where the night before had left them, so
that it gives what one run gives; a run for a past day carries the episodes on as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from dagster_project.hygiene import sql
from dagster_project.hygiene.declared import write_declared
from dagster_project.hygiene.placeholders import bind

if TYPE_CHECKING:
    import duckdb

    from dagster_project.hygiene.rules import Rule
    from dagster_project.hygiene.settings import GateSettings

#: Rows of all rules' statements, before they are described further; of this connection only.
FOUND = "temp.found"

CREATE_FOUND = f"""
create or replace temp table {FOUND.removeprefix("temp.")} (
    rule_id varchar,
    rule_version integer,
    severity varchar,
    dimension varchar,
    entity varchar,
    record_id varchar,
    source_name varchar,
    source_record_id varchar,
    field varchar,
    value varchar,
    message varchar,
    owner_id varchar
)"""

_VIOLATION = f"""
select
    md5(concat_ws('|', found.rule_id, found.entity, found.record_id, found.field)) as violation_id,
    found.* exclude (owner_id),
    coalesce(found.owner_id, stake.owner_id) as owner_id,
    team.team,
    stake.account_id,
    stake.opportunity_id,
    coalesce(stake.open_amount, 0) as open_amount,
    coalesce(stake.arr, 0) as arr,
    waived.record_id is not null as is_waived,
    waived.waived_until,
    waived.waiver_reason,
    $as_of_date as as_of_date
from {FOUND} as found
left join temp.stake as stake
    on stake.entity = found.entity and stake.record_id = found.record_id
left join temp.team as team
    on team.user_id = coalesce(found.owner_id, stake.owner_id)
left join temp.waived as waived
    on waived.rule_id = found.rule_id
    and waived.entity = found.entity
    and waived.record_id = found.record_id
-- A broken stop rule is about the table; its own statement lists the records.
where found.severity <> 'stop'
"""

#: As the night before this day left them.
_EARLIER = """
select finding.* replace (
    case
        when finding.last_seen_on >= $as_of_date
            -- Without an earlier publication, the first night is all that is certain.
            then greatest(
                finding.first_seen_on, coalesce(run.previous_as_of_date, finding.first_seen_on)
            )
        else finding.last_seen_on
    end as last_seen_on,
    case when finding.fixed_on < $as_of_date then finding.fixed_on end as fixed_on,
    case when finding.fixed_on < $as_of_date then finding.closing_reason end as closing_reason
)
from memory.finding as finding
left join memory.run as run on true
where finding.first_seen_on < $as_of_date
"""

_STILL_FOUND = """
select
    earlier.finding_id,
    earlier.episode_number,
    earlier.first_seen_on,
    violation.as_of_date as last_seen_on,
    cast(null as date) as fixed_on,
    cast(null as varchar) as closing_reason,
    violation.* exclude (as_of_date)
from hygiene.violation as violation
inner join temp.earlier as earlier
    on earlier.violation_id = violation.violation_id and earlier.fixed_on is null
"""

# Records with one key (where a company switched T05 off) share an episode; such rows are few, so
# they alone are numbered.
_FOUND_ANEW = """
select
    md5(concat_ws('|', violation.violation_id, 1 + coalesce(known.episode_count, 0)))
        as finding_id,
    cast(1 + coalesce(known.episode_count, 0) as integer) as episode_number,
    violation.as_of_date as first_seen_on,
    violation.as_of_date as last_seen_on,
    cast(null as date) as fixed_on,
    cast(null as varchar) as closing_reason,
    violation.* exclude (as_of_date)
from hygiene.violation as violation
left join (
    select violation_id, count(*) as episode_count, bool_or(fixed_on is null) as is_open
    from temp.earlier
    group by violation_id
) as known
    on known.violation_id = violation.violation_id
where not coalesce(known.is_open, false)
    and violation.rowid not in (
        select again.row_number
        from (
            select rowid as row_number,
                row_number() over (partition by violation_id order by rowid) as place
            from hygiene.violation
            where hash(violation_id) in (
                select hash(violation_id) from hygiene.violation group by 1 having count(*) > 1
            )
        ) as again
        where again.place > 1
    )
"""

_NOT_FOUND = """
select earlier.* replace (
    case when earlier.fixed_on is null then $as_of_date else earlier.fixed_on end as fixed_on,
    case
        when earlier.fixed_on is not null then earlier.closing_reason
        when rule.rule_id is null then 'rule_off'
        when live.record_id is null then 'record_gone'
        else 'fixed'
    end as closing_reason
)
from temp.earlier as earlier
left join hygiene.violation as violation
    on violation.violation_id = earlier.violation_id and earlier.fixed_on is null
left join hygiene.rule as rule
    on rule.rule_id = earlier.rule_id and rule.entity = earlier.entity and rule.is_enabled
left join temp.live_record as live
    on live.entity = earlier.entity and live.record_id = earlier.record_id
where violation.violation_id is null
"""


def find_violations(
    con: duckdb.DuckDBPyConnection, entity: str, rules: Sequence[Rule], settings: GateSettings
) -> None:
    """Find what breaks the rules of an entity, in one statement."""
    # The quarantined share is made of what block rules found, which is there already.
    asked = [rule for rule in rules if rule.entity == entity and rule.kind != "quarantined_share"]
    found = bind(sql.findings_sql(asked, rules), sql.literals(rules, settings))
    con.execute(
        f"""
        insert into {FOUND}
        select
            violation.rule_id,
            rule.rule_version,
            rule.severity,
            rule.dimension,
            rule.entity,
            violation.record_id,
            violation.source_name,
            violation.source_record_id,
            violation.field,
            violation.value,
            concat(rule.title, ' — not so for ', violation.field) as message,
            violation.owner_id
        from (\n{found}\n) as violation
        inner join hygiene.rule as rule
            on rule.rule_id = violation.rule_id and rule.entity = '{entity}'
        """
    )


def write_violations(con: duckdb.DuckDBPyConnection, as_of_date: date) -> None:
    """Write what this run found, with owner, team and money at stake."""
    write_declared(con, "violation", _VIOLATION, as_of_date)


def write_episodes(
    con: duckdb.DuckDBPyConnection, entities: Sequence[str], as_of_date: date
) -> None:
    """Carry the episodes of the nights before on by what this run found."""
    row = con.execute("select is_replay from memory.run").fetchone()
    if row is not None and row[0]:
        write_declared(con, "finding", "select * from memory.finding", as_of_date)
        return
    con.execute(f"create or replace temp table earlier as {_EARLIER}", {"as_of_date": as_of_date})
    live = " union all ".join(
        f"select distinct '{entity}' as entity, {entity}_id as record_id "
        f"from {sql.canonical_relation(entity)} "
        f"semi join (select record_id from temp.earlier where entity = '{entity}') as earlier "
        f"on earlier.record_id = {entity}_id where not coalesce(is_excluded, false)"
        for entity in entities
    )
    con.execute(f"create or replace temp table live_record as {live}")
    episodes = " union all by name ".join([_STILL_FOUND, _FOUND_ANEW, _NOT_FOUND])
    write_declared(con, "finding", episodes, as_of_date)
