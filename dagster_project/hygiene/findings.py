"""What a run found, and the life of each finding over the nights.

Belongs here: the statements that write ``hygiene.violation`` (this run's day) and
``hygiene.finding`` (episodes). Does not belong here: which records break a rule (``sql.py``), what
is at stake (``stakes.py``), where the memory of earlier nights comes from (``publish.memory``).

An episode goes from the night that first found a violation to the first one that did not. Only open
episodes ever change. A second run of a day begins from where the night before had left them, so
that it gives what one run gives; a run for a past day carries the episodes on as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from dagster_project.hygiene.declared import write_declared
from dagster_project.hygiene.sql import canonical_relation

if TYPE_CHECKING:
    import duckdb

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

_FOUND_ANEW = """
select
    md5(concat_ws('|', violation.violation_id, 1 + count(earlier.finding_id))) as finding_id,
    cast(1 + count(earlier.finding_id) as integer) as episode_number,
    violation.as_of_date as first_seen_on,
    violation.as_of_date as last_seen_on,
    cast(null as date) as fixed_on,
    cast(null as varchar) as closing_reason,
    any_value(violation) as violation
from hygiene.violation as violation
left join temp.earlier as earlier
    on earlier.violation_id = violation.violation_id
group by violation.violation_id, violation.as_of_date
having count(*) filter (where earlier.finding_id is not null and earlier.fixed_on is null) = 0
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
        f"from {canonical_relation(entity)} "
        f"semi join (select record_id from temp.earlier where entity = '{entity}') as earlier "
        f"on earlier.record_id = {entity}_id where not coalesce(is_excluded, false)"
        for entity in entities
    )
    con.execute(f"create or replace temp table live_record as {live}")
    # A struct keeps the aggregate's columns together; unnesting gives them their names back.
    anew = f"select * exclude (violation), unnest(violation) from ({_FOUND_ANEW}) as anew"
    episodes = " union all by name ".join([_STILL_FOUND, anew, _NOT_FOUND])
    write_declared(con, "finding", episodes, as_of_date)
