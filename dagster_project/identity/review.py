"""What people should decide: ``hygiene.review_queue``.

Belongs here: pairs that may be one and do not count as one, their order, and the money at stake.
Does not belong here: decisions (``overrides``), columns and types of the table (dbt's YAML), how
money is summed up (``hygiene.stakes``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.hygiene.declared import write_declared
from dagster_project.hygiene.stakes import find_stakes
from dagster_project.identity.model import KINDS

if TYPE_CHECKING:
    import duckdb

    from dagster_project.identity.settings import IdentitySettings

_CURRENCY = "USD"

_ASKED = """
create or replace temp table asked_pair as
with record as (
    select account_id as record_key, 'account' as entity, source_name, source_record_id, cluster_id
    from identity.xref_account
    union all
    select entity || ':' || record_id, entity, source_name, source_record_id, cluster_id
    from identity.xref_person
),
-- Who keeps two records apart has said it of everything that is one with either.
apart as (
    select distinct
        least(l.cluster_id, r.cluster_id) as cluster_l,
        greatest(l.cluster_id, r.cluster_id) as cluster_r
    from identity.override as decided
    inner join record as l on decided.record_key_l = l.record_key
    inner join record as r on decided.record_key_r = r.record_key
    where decided.action = 'never_merge'
),
pair as ({pairs}),
placed as (
    select
        pair.*,
        l.entity as entity_l,
        l.source_name as source_l,
        l.source_record_id as record_l,
        r.entity as entity_r,
        r.source_name as source_r,
        r.source_record_id as record_r,
        least(l.cluster_id, r.cluster_id) as cluster_l,
        greatest(l.cluster_id, r.cluster_id) as cluster_r,
        refused.why is not null as is_refused,
        coalesce(refused.why, pair.doubt, 'not sure enough') as why
    from pair
    inner join record as l on pair.record_key_l = l.record_key
    inner join record as r on pair.record_key_r = r.record_key
    left join identity.link_refused as refused
        on pair.record_key_l = refused.record_key_l and pair.record_key_r = refused.record_key_r
    where l.cluster_id <> r.cluster_id
)
select placed.*, count(*) over (partition by placed.cluster_l, placed.cluster_r) as pair_count
from placed
left join apart
    on placed.cluster_l = apart.cluster_l and placed.cluster_r = apart.cluster_r
-- What had to be cut from either of two that are apart may belong to the other one.
where apart.cluster_l is null or placed.is_refused
qualify row_number() over (
    partition by placed.cluster_l, placed.cluster_r
    order by placed.match_weight desc, placed.record_key_l, placed.record_key_r
) = 1
"""

# A contact's account, a lead's that it was converted to; an account itself, with its copies.
_CONCERNED = """
create or replace temp table concerned_account as
with named as (
    select account_id as record_key, account_id from gate.account
    union all
    select 'contact:' || contact_id, account_id from gate.contact where account_id is not null
    union all
    select 'lead:' || lead_id, converted_account_id from gate.lead
    where converted_account_id is not null
),
side as (
    select record_key_l, record_key_r, record_key_l as record_key from temp.asked_pair
    union all
    select record_key_l, record_key_r, record_key_r from temp.asked_pair
)
select distinct side.record_key_l, side.record_key_r, copy.account_id
from side
inner join named on side.record_key = named.record_key
inner join identity.xref_account as own on named.account_id = own.account_id
inner join identity.xref_account as copy on own.survivor_account_id = copy.survivor_account_id
"""

_RATE = """
create or replace temp table rate_to_usd as
select case when $reporting_currency = $currency then 1.0 else (
    select 1.0 / arg_max(rate_to_reporting, valid_from) from config.currency_rate
    where currency_code = $currency and valid_from <= $as_of_date
) end as rate
"""

_AT_STAKE = """
select concerned.record_key_l, concerned.record_key_r,
    sum(stake.open_amount) * any_value(rate_to_usd.rate) as open_amount_usd,
    sum(stake.arr) * any_value(rate_to_usd.rate) as arr_usd
from temp.concerned_account as concerned
inner join temp.stake as stake on concerned.account_id = stake.record_id
cross join temp.rate_to_usd as rate_to_usd
group by concerned.record_key_l, concerned.record_key_r
"""

_NO_STAKE = (
    "select '' as record_key_l, '' as record_key_r, 0 as open_amount_usd, 0 as arr_usd where false"
)

_QUEUE = """
select
    md5(concat_ws('|', pair.kind, pair.record_key_l, pair.record_key_r)) as review_id,
    row_number() over (
        order by pair.match_probability desc, pair.match_weight desc,
            coalesce(open_amount_usd, 0) + coalesce(arr_usd, 0) desc,
            pair.kind, pair.record_key_l, pair.record_key_r
    ) as review_rank,
    pair.*,
    at_stake.open_amount_usd,
    at_stake.arr_usd,
    $as_of_date as as_of_date
from temp.asked_pair as pair
left join ({at_stake}) as at_stake
    on pair.record_key_l = at_stake.record_key_l and pair.record_key_r = at_stake.record_key_r
order by review_rank
"""


def write_review_queue(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> int:
    """Write the queue, the likeliest pairs first; returns its rows.

    A pair is in it when its probability lies between the two thresholds, or when a doubt or the
    size of the cluster kept it from being linked, and nobody has decided about it; of several pairs
    about the same two accounts or people the likeliest. Records are named by their ids in their
    sources alone. Without a day (``settings.as_of_date``) no money is looked for.
    """
    pairs = " union all ".join(
        f"select '{kind}' as kind, * from identity.{kind}_pair "
        f"where match_probability >= {float(settings.review_probability[kind])}"
        for kind in KINDS
    )
    con.execute(_ASKED.format(pairs=pairs))
    has_money = settings.as_of_date is not None
    if has_money:
        _find_money(con, settings)
    at_stake = _AT_STAKE if has_money else _NO_STAKE
    write_declared(con, "review_queue", _QUEUE.format(at_stake=at_stake), settings.as_of_date)
    row = con.execute("select count(*) from hygiene.review_queue").fetchone()
    return int(row[0]) if row else 0


def _find_money(con: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> None:
    """Fill ``stake`` for the accounts concerned, and ``rate_to_usd``: NULL without a rate."""
    con.execute(_CONCERNED)
    con.execute(
        "create or replace temp table account_found as "
        "select distinct 'account' as entity, account_id as record_id from temp.concerned_account"
    )
    find_stakes(con, ("account",), settings, "temp.account_found")
    con.execute(
        _RATE,
        {
            "reporting_currency": settings.reporting_currency,
            "currency": _CURRENCY,
            "as_of_date": settings.as_of_date,
        },
    )
