"""Whose a broken record is, and which money hangs on it.

Belongs here: account, opportunity, owner, team, open amount and annual recurring revenue of the
records that this run found, as temporary tables over canonical records, since the marts are built
after the gate. Does not belong here: KPIs of pipeline and revenue, which know of grace, history
and quarantine; this is what worklists are ordered by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from dagster_project.contract import canonical_contract
from dagster_project.hygiene.sql import canonical_relation
from dagster_project.sql_text import literal

if TYPE_CHECKING:
    import duckdb


class StakeSettings(Protocol):
    """What money is summed up by."""

    @property
    def as_of_date(self) -> date | None:
        """The run's day."""

    @property
    def reporting_currency(self) -> str:
        """ISO 4217 code."""


_IS_LIVE = "not coalesce(record.is_excluded, false)"

# The company's own map outranks the source's flags; a stage that neither knows is not open.
_OPPORTUNITY = """
create or replace temp table opportunity_stake as
with opportunity as (
    select
        record.opportunity_id,
        any_value(record.account_id) as account_id,
        any_value(record.owner_id) as owner_id,
        any_value(record.amount_original) as amount_original,
        any_value(coalesce(record.currency_code, $reporting_currency)) as currency_code,
        any_value(coalesce(record.close_date, $as_of_date)) as rate_on
    from canonical.opportunity as record
    left join (
        select lower(trim(stage)) as stage_key, min(state) as state
        from config.opportunity_stage group by lower(trim(stage))
    ) as stage_map on stage_map.stage_key = lower(trim(record.stage))
    where {is_live} and coalesce(stage_map.state = 'open', not record.is_closed_in_source, false)
    group by record.opportunity_id
)
select
    opportunity.opportunity_id,
    opportunity.account_id,
    cast({amount} as decimal(18, 2)) as open_amount
from opportunity
asof left join config.currency_rate as rate
    on rate.currency_code = opportunity.currency_code and rate.valid_from <= opportunity.rate_on
"""

_REVENUE = """
create or replace temp table account_revenue as
with charge as (
    select
        coalesce(record.account_id, subscription.account_id) as account_id,
        12 * record.monthly_recurring_original as amount_original,
        coalesce(record.currency_code, $reporting_currency) as currency_code,
        $as_of_date as rate_on
    from canonical.subscription_charge as record
    left join (
        select subscription_id, any_value(account_id) as account_id,
            any_value(started_on) as started_on
        from canonical.subscription group by subscription_id
    ) as subscription on subscription.subscription_id = record.subscription_id
    where {is_live} and record.is_recurring and record.monthly_recurring_original > 0
        and record.effective_from <= $as_of_date
        and coalesce(subscription.started_on <= $as_of_date, true)
        and (record.effective_to is null or record.effective_to > $as_of_date)
)
select charge.account_id, cast(sum({amount}) as decimal(18, 2)) as arr
from charge
asof left join config.currency_rate as rate
    on rate.currency_code = charge.currency_code and rate.valid_from <= charge.rate_on
where charge.account_id is not null
group by charge.account_id
"""

_STAKE = """
create or replace temp table stake as
with record as (
{records}
),
placed as (
    select
        record.entity,
        record.record_id,
        record.opportunity_id,
        coalesce(
            record.account_id,
            opportunity.account_id,
            contact.account_id,
            subscription.account_id
        ) as account_id
    from record
    left join (
        select opportunity_id, any_value(account_id) as account_id
        from canonical.opportunity group by opportunity_id
    ) as opportunity on opportunity.opportunity_id = record.opportunity_id
    left join (
        select contact_id, any_value(account_id) as account_id
        from canonical.contact group by contact_id
    ) as contact on contact.contact_id = record.contact_id
    left join (
        select subscription_id, any_value(account_id) as account_id
        from canonical.subscription group by subscription_id
    ) as subscription on subscription.subscription_id = record.subscription_id
),
account_stake as (
    select account_id, sum(open_amount) as open_amount
    from temp.opportunity_stake group by account_id
)
select
    placed.entity,
    placed.record_id,
    placed.account_id,
    placed.opportunity_id,
    coalesce(opportunity.owner_id, account.owner_id) as owner_id,
    case when placed.opportunity_id is null then account_stake.open_amount
        else opportunity_stake.open_amount end as open_amount,
    case when placed.opportunity_id is null then account_revenue.arr end as arr
from placed
left join temp.opportunity_stake as opportunity_stake
    on opportunity_stake.opportunity_id = placed.opportunity_id
left join account_stake on account_stake.account_id = placed.account_id
left join temp.account_revenue as account_revenue
    on account_revenue.account_id = placed.account_id
left join (
    select opportunity_id, any_value(owner_id) as owner_id
    from canonical.opportunity group by opportunity_id
) as opportunity on opportunity.opportunity_id = placed.opportunity_id
left join (
    select account_id, any_value(owner_id) as owner_id
    from canonical.account group by account_id
) as account on account.account_id = placed.account_id
"""

# An address that several users have tells none of them; of somebody employed twice, the later time.
_TEAM = """
create or replace temp table team as
with owner as (
    select lower(email) as email, min(user_id) as user_id
    from canonical.user where email is not null group by lower(email) having count(*) = 1
)
select owner.user_id, arg_max(record.team, record.hired_on) as team
from canonical.employee as record
inner join owner on owner.email = lower(record.email)
where {is_live} and record.hired_on <= $as_of_date and record.team is not null
group by owner.user_id
"""


def find_stakes(
    con: duckdb.DuckDBPyConnection, entities: Sequence[str], settings: StakeSettings, found: str
) -> None:
    """Fill the temporary tables ``stake`` and ``team`` for the records of ``found``."""
    # Two decimals of 18 digits are multiplied in 18 digits: too few for a hundred million.
    amount = (
        "round(cast(amount_original as decimal(28, 2)) * case "
        "when {0}.currency_code = $reporting_currency then 1 else rate.rate_to_reporting end, 2)"
    )
    values = {
        "as_of_date": settings.as_of_date,
        "reporting_currency": settings.reporting_currency,
    }
    for statement, relation in ((_OPPORTUNITY, "opportunity"), (_REVENUE, "charge")):
        con.execute(statement.format(is_live=_IS_LIVE, amount=amount.format(relation)), values)
    con.execute(_TEAM.format(is_live=_IS_LIVE), {"as_of_date": settings.as_of_date})
    con.execute(_STAKE.format(records="\nunion all\n".join(_records(e, found) for e in entities)))


def _records(entity: str, found: str) -> str:
    """The found records of an entity with the keys that lead to money, one row each."""
    own = f"{entity}_id"
    have = {column.name for column in canonical_contract()[entity]}
    keys = [
        f"record.{key} as {key}"
        if key == own
        else f"{f'any_value(record.{key})' if key in have else 'cast(null as varchar)'} as {key}"
        for key in ("account_id", "opportunity_id", "contact_id", "subscription_id")
    ]
    return (
        f"select {literal(entity)} as entity, record.{own} as record_id, {', '.join(keys)} "
        f"from {canonical_relation(entity)} as record "
        f"semi join (select record_id from {found} where entity = {literal(entity)}) as found "
        f"on found.record_id = record.{own} group by record.{own}"
    )
