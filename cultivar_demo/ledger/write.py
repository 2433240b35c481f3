"""The whole ledger of a world, as Parquet files.

Belongs here: the order of the parts, and which table becomes which file. Does not belong here:
KPIs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cultivar_demo.ledger import (
    account_based,
    funnel,
    handoff,
    marketing,
    opportunities,
    people,
    pipeline,
    product,
    response,
    revenue,
    unit_economics,
)
from cultivar_demo.ledger.basis import RESOLVED, Basis
from cultivar_demo.ledger.book import Book
from cultivar_demo.ledger.deals import build_deals
from cultivar_demo.ledger.engagement import build_engagement
from cultivar_demo.ledger.leads import build_leads
from cultivar_demo.ledger.not_defined import NOT_DEFINED
from cultivar_demo.ledger.spells import build_spells
from cultivar_demo.ledger.subscriptions import build_subscriptions
from cultivar_demo.world.world import World

GROUND: dict[str, Callable[[Book], None]] = {
    "deals": build_deals,
    "leads": build_leads,
    "subscriptions": build_subscriptions,
    "spells": build_spells,
    "engagement": build_engagement,
}
"""What the parts read."""

PARTS: dict[str, Callable[[Book], None]] = {
    "opportunities": opportunities.compute,
    "funnel": funnel.compute,
    "response": response.compute,
    "hand-offs": handoff.compute,
    "account-based": account_based.compute,
    "pipeline": pipeline.compute,
    "revenue": revenue.compute,
    "unit economics": unit_economics.compute,
    "marketing": marketing.compute,
    "product": product.compute,
    "people": people.compute,
}
"""In this order: later parts read temporary tables of earlier ones."""

SMALL_MARKET = 300
"""Market accounts up to which the open pipeline is also written deal by deal."""

FILES = {
    "arr_movement": """
        select * from arr_movement order by account_id, day, movement, product_id, cause
    """,
    "mrr_monthly": "select * from mrr_monthly where is_month_end order by day, account_id",
    "stage_visit": "select * from stage_visit order by opportunity_id, visit_number",
    "lead_account_link": """
        select l.lead_id, l.person_id, l.account_id, a.domain as account_domain
        from lead_case as l left join account as a using (account_id)
        order by l.lead_id
    """,
    "prospecting_spell": """
        select spell_id, account_id, motion, is_expansion, cohort, started_at, started_on, ended_at,
            first_conversation_at, first_passed_at, leads_passed, is_connected, is_passed,
            is_connect_known, is_pass_known
        from spell_case order by spell_id
    """,
    "response": """
        select lead_id, created_at, answered_at, is_existing, elapsed as elapsed_minutes,
            business as business_minutes
        from response order by lead_id
    """,
    "daily_open_pipeline": """
        with change as (
            select from_on as day, stage, stage_order, 1 as n, coalesce(amount_usd, 0) as amount
            from deal_version where state = 'open' and to_on > from_on
            union all
            select to_on, stage, stage_order, -1, -coalesce(amount_usd, 0)
            from deal_version where state = 'open' and to_on > from_on
        ),
        netted as (
            select day, stage, stage_order, sum(n) as n, sum(amount) as amount
            from change where day <= {today} group by all
        ),
        grid as (
            select d.day, s.stage, s.stage_order
            from calendar_day as d cross join stage as s
            where s.state = 'open' and d.day <= {today}
                and d.day >= (select min(day) from netted)
        )
        select day, stage, stage_order,
            cast(sum(coalesce(n, 0)) over so_far as bigint) as opportunities,
            cast(sum(coalesce(amount, 0)) over so_far as decimal(18, 2)) as amount_usd
        from grid left join netted using (day, stage, stage_order)
        window so_far as (partition by stage order by day)
        order by day, stage_order
    """,
}
"""File → query, by a total order."""

DEALS_BY_DAY = """
    select d.day, v.opportunity_id, v.stage, v.stage_order, v.amount_usd, v.close_date,
        v.owner_user_id
    from calendar_day as d
    inner join deal_version as v on v.from_on <= d.day and v.to_on > d.day
    where v.state = 'open' and d.day <= {today}
    order by d.day, v.opportunity_id
"""


def fill(
    world: World,
    basis: Basis = RESOLVED,
    as_of: dt.date | None = None,
    progress: Callable[[str], None] = lambda message: None,
    parts: Collection[str] = tuple(PARTS),
) -> Book:
    """The book of ``basis`` with all rows of table ``kpi``, as of the end of a day.

    Args:
        world: with all tables but ``product_event``.
        basis: what to read.
        as_of: the last day that is known; the last simulated one if left out.
        progress: told the name of each part.
        parts: names of ``PARTS``; a part may need some before it.
    """
    book = Book(world, basis, as_of)
    chosen = {name: part for name, part in PARTS.items() if name in parts}
    for name, part in (GROUND | chosen).items():
        progress(f"{basis.name}: {name}")
        part(book)
    book.close()
    return book


def write_ledger(
    world: World,
    folder: Path,
    progress: Callable[[str], None] = lambda message: None,
    *,
    bases: Sequence[Basis] = (RESOLVED,),
    as_of: dt.date | None = None,
) -> None:
    """Write the ledger of ``world`` into ``folder``.

    Args:
        world: with all tables but ``product_event``.
        folder: made if need be; files of the same name are replaced.
        progress: told the name of each part.
        bases: each gives rows of ``kpi.parquet``; the other files are of the first one.
        as_of: the last day that is known; the last simulated one if left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[pa.Table] = []
    for number, basis in enumerate(bases):
        book = fill(world, basis, as_of, progress)
        rows.append(_query(book, "select * from kpi order by all"))
        if number == 0:
            _write_tables(book, folder)
    pq.write_table(pa.concat_tables(rows), folder / "kpi.parquet", compression="zstd")
    kpis, variants, reasons = zip(*NOT_DEFINED, strict=True)
    pq.write_table(
        pa.table({"kpi_id": kpis, "variant": variants, "why": reasons}),
        folder / "kpi_not_defined.parquet",
    )


def _write_tables(book: Book, folder: Path) -> None:
    queries = dict(FILES)
    if book.settings.accounts <= SMALL_MARKET:
        queries["daily_open_deal"] = DEALS_BY_DAY
    for name, query in queries.items():
        table = _query(book, query.format(today=book.today))
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _query(book: Book, query: str) -> pa.Table:
    return book.connection.execute(query).to_arrow_table()
