"""Workspaces of the product: sign-ups, trials, conversion to paid, closing.

Belongs here: which workspaces there are and who pays for them from when. Does not belong here:
their users (``workspace_users``), what is paid (``self_serve``, ``contracts``). Creates
``draft.workspace`` and the self-serve charges, terms and endings in the draft tables.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.arrays import (
    day_count,
    keys,
    second_count,
    take,
)
from cultivar_demo.world.business.card_payments import append, pay_by_card, within
from cultivar_demo.world.clock import at_working_hour, demand_weight, start_of_day
from cultivar_demo.world.foundation.draw import join_texts
from cultivar_demo.world.foundation.names import draw_names
from cultivar_demo.world.foundation.places import COUNTRIES
from cultivar_demo.world.world import World

SIGN_UPS_A_DAY = 0.25
"""Free and trial sign-ups a day in every company, ..."""
SIGN_UPS_A_DAY_AND_ACCOUNT = 0.95 / 1_500
"""... and besides for each company of the market: about 1.2 a day in the default company."""
STRANGER_SHARE = 0.2
"""Of sign-ups: private persons with free mail."""
FREE_MAIL_SHARE = 0.06
"""Of sign-ups from companies: with a free mail address all the same."""
TRIAL_SHARE = 0.4
"""Of sign-ups: a trial rather than the free plan."""
FREE_MAIL_DOMAINS = ("gmail.com", "outlook.com", "yahoo.com", "icloud.com", "gmx.de", "proton.me")
PROOF_SHARE = 0.45
"""Deals with a proof of value that do not end in a contract, with a trial workspace for it."""
NAME_ENDINGS = ("Analytics", "Reports", "Data", "Insights", "Team", "Finance", "Operations")

_WORKSPACES = """
create table draft.workspace (
    account_id bigint, creator_person_id bigint, creator_email varchar,
    created_at timestamp, plan varchar, paid_at timestamp, closed_at timestamp,
    subscription bigint, seats bigint
)
"""


def add_workspaces(world: World) -> None:
    """Create ``draft.workspace``; adds to ``draft.charge``, ``draft.term`` and ``draft.ending``."""
    connection = world.connection
    connection.execute(_WORKSPACES)
    _contract_workspaces(world)
    _proof_workspaces(world)
    _sign_ups(world)
    _convert_by_contract(world)
    pay_by_card(world)


# ------------------------------------------------------------------------- sold by contract
def _contract_workspaces(world: World) -> None:
    """A workspace for each contract with a platform, tried before the service starts."""
    random = world.settings.random("business/workspaces/contract")
    rows = world.sql(
        """
        select
            charge.subscription, charge.account_id, charge.effective_from,
            max((
                select min(every.quantity) from draft.charge as every
                where every.subscription = charge.subscription
                    and every.product_id = charge.product_id
            )) as seats,
            any_value(account.time_zone) as time_zone
        from draft.charge as charge
        join product on product.product_id = charge.product_id
        join account using (account_id)
        where charge.movement in ('new', 'reactivation') and product.product_family = 'Platform'
        group by charge.subscription, charge.account_id, charge.effective_from
        order by charge.subscription
        """
    )
    count = rows.num_rows
    if not count:
        return
    start = rows["effective_from"].to_numpy().astype("datetime64[D]")
    before = start - day_count(random.integers(6, 50, count))
    first = np.datetime64(world.settings.first_day, "D")
    created = at_working_hour(np.maximum(before, first), rows["time_zone"], random)
    paid = np.maximum(within(start, random), created + np.timedelta64(300, "s"))
    person, email = _creators(world, rows["account_id"].to_numpy(), created, random)
    append(
        world,
        "workspace",
        {
            "account_id": rows["account_id"],
            "creator_person_id": keys(person),
            "creator_email": email,
            "created_at": created.astype("datetime64[us]"),
            "plan": pa.repeat(pa.scalar("trial"), count),
            "paid_at": paid.astype("datetime64[us]"),
            "subscription": rows["subscription"],
            "seats": rows["seats"],
        },
    )


def _proof_workspaces(world: World) -> None:
    """Trials during the proof of value of deals that are lost."""
    random = world.settings.random("business/workspaces/proof")
    rows = world.sql(
        """
        select deal.opportunity_id, deal.account_id, min(version.version_at) as at
        from draft.version as version
        join draft.deal as deal using (opportunity_id)
        where version.stage = 'Proof of Value' and deal.opportunity_type = 'New Business'
            and not deal.is_won
        group by deal.opportunity_id, deal.account_id
        order by deal.opportunity_id
        """
    )
    chosen = np.flatnonzero(random.random(rows.num_rows) < PROOF_SHARE)
    rows = rows.take(pa.array(chosen))
    count = rows.num_rows
    created = rows["at"].to_numpy().astype("datetime64[s]")
    created = created + second_count(random.integers(3_600, 90_000, count))
    person, email = _creators(world, rows["account_id"].to_numpy(), created, random)
    append(
        world,
        "workspace",
        {
            "account_id": rows["account_id"],
            "creator_person_id": keys(person),
            "creator_email": email,
            "created_at": created.astype("datetime64[us]"),
            "plan": pa.repeat(pa.scalar("trial"), count),
            "seats": np.full(count, 6),
        },
    )


# --------------------------------------------------------------------------------- sign-ups
def _sign_ups(world: World) -> None:
    """Sign-ups that became leads, others from companies, and strangers."""
    settings = world.settings
    random = settings.random("business/workspaces/sign_ups")
    rate = SIGN_UPS_A_DAY + SIGN_UPS_A_DAY_AND_ACCOUNT * settings.accounts
    leads = world.sql(
        "select lead.account_id, lead.person_id, employment.email, lead.created_at as at "
        "from lead join employment using (employment_id) "
        "where lead.lead_source = 'Product Sign-up' order by lead.lead_id"
    )
    rest = max(round(rate * settings.days) - leads.num_rows, round(0.3 * rate * settings.days))
    calendar = np.arange(np.datetime64(settings.first_day), np.datetime64(settings.last_day) + 1)
    # The product grows: twice as many sign-ups at the end as at the start.
    weight = demand_weight(calendar) * np.linspace(0.67, 1.33, len(calendar))
    cumulative = np.cumsum(weight)
    drawn = np.searchsorted(cumulative, random.random(rest) * cumulative[-1])
    day = np.sort(calendar[np.minimum(drawn, len(calendar) - 1)])
    stranger = random.random(rest) < STRANGER_SHARE
    jobs = world.columns(
        "select account_id, person_id, email, started_on, "
        "coalesce(ended_on, date '2200-01-01') as ended_on, account.time_zone "
        "from employment join account using (account_id) "
        "where account.is_in_sam or account.fit > 0.4 order by employment_id"
    )
    job = random.integers(0, len(jobs["person_id"]), rest)
    there = (jobs["started_on"][job].astype("datetime64[D]") <= day) & (
        jobs["ended_on"][job].astype("datetime64[D]") > day + 1
    )
    stranger |= ~there
    zone = np.where(stranger, "America/New_York", jobs["time_zone"][job].astype(str))
    at = at_working_hour(day, zone, random, start=7, end=22)
    limit = np.datetime64(cutoff(settings.last_day), "s")
    keep = at < limit
    job, stranger, at = job[keep], stranger[keep], at[keep]
    rest = len(at)
    invented = invented_mails(random, rest)
    free = stranger | (random.random(rest) < FREE_MAIL_SHARE)
    own = pa.array(jobs["email"][job], pa.string())
    lead_at = leads["at"].to_numpy().astype("datetime64[s]")
    lead_at = np.maximum(
        lead_at - second_count(random.integers(20, 1_500, len(lead_at))),
        start_of_day(np.array([settings.first_day], dtype="datetime64[D]"))[0],
    )
    plan = np.where(random.random(rest + len(lead_at)) < TRIAL_SHARE, "trial", "free")
    append(
        world,
        "workspace",
        {
            "account_id": pa.chunked_array(
                [
                    *leads["account_id"].chunks,
                    keys(np.where(stranger, -1, jobs["account_id"][job])),
                ],
                pa.int64(),
            ),
            "creator_person_id": pa.chunked_array(
                [
                    *leads["person_id"].chunks,
                    keys(np.where(stranger, -1, jobs["person_id"][job])),
                ],
                pa.int64(),
            ),
            "creator_email": pa.chunked_array(
                [*leads["email"].chunks, pa.compute.if_else(pa.array(free), invented, own)],
                pa.string(),
            ),
            "created_at": np.concatenate([lead_at, at]).astype("datetime64[us]"),
            "plan": plan,
            "seats": np.ones(len(plan), dtype=np.int64),
        },
    )


def invented_mails(random: np.random.Generator, count: int) -> pa.Array:
    """Addresses of ``count`` private persons at free mail providers."""
    countries = random.integers(0, len(COUNTRIES), count)
    *_, first, last = draw_names(countries, random)
    number = pa.array(random.integers(1, 9_999, count)).cast(pa.string())
    domain = take(FREE_MAIL_DOMAINS, random.integers(0, len(FREE_MAIL_DOMAINS), count))
    return join_texts(first, pa.repeat(".", count), last, number, pa.repeat("@", count), domain)


# ------------------------------------------------------------------------------- conversion
def _convert_by_contract(world: World) -> None:
    """An own workspace of a customer is not opened beside one that the company has already.

    The contract's workspace takes over creator and begin of the latest open sign-up before it.
    """
    world.connection.execute(
        """
        create temp table _taken as
        select sold.subscription, max_by(own.rowid, (own.created_at, own.rowid)) as taken_id
        from draft.workspace as sold
        join draft.workspace as own
            on own.account_id = sold.account_id and own.subscription is null and own.seats = 1
            and own.created_at < sold.paid_at and own.created_at > sold.paid_at - interval 200 day
        where sold.subscription is not null
        group by sold.subscription
        """
    )
    # One sign-up serves one contract.
    world.connection.execute(
        """
        delete from _taken where subscription not in (
            select min(subscription) from _taken group by taken_id
        )
        """
    )
    world.connection.execute(
        """
        update draft.workspace as sold set
            creator_person_id = own.creator_person_id, creator_email = own.creator_email,
            created_at = own.created_at, plan = own.plan
        from _taken join draft.workspace as own on own.rowid = _taken.taken_id
        where sold.subscription = _taken.subscription
        """
    )
    world.connection.execute(
        "delete from draft.workspace where rowid in (select taken_id from _taken)"
    )
    world.connection.execute("drop table _taken")


# ------------------------------------------------------------------------------------ tools
def _creators(
    world: World, account: np.ndarray, at: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, pa.Array]:
    """Someone who works at each account at an instant: person (-1: nobody), and an address."""
    given = pa.table(
        {
            "place": np.arange(len(account)),
            "account_id": account,
            "day": at.astype("datetime64[D]"),
            "draw": random.random(len(account)),
        }
    )
    world.connection.register("_given", given)
    found = world.sql(
        """
        with ranked as (
            select
                given.place, given.draw, job.person_id, job.email,
                row_number() over (partition by given.place order by job.employment_id) as position,
                count(*) over (partition by given.place) as people
            from _given as given
            join employment as job
                on job.account_id = given.account_id and job.started_on <= given.day
                and coalesce(job.ended_on, date '2200-01-01') > given.day + 1
        )

        select given.place, coalesce(ranked.person_id, -1) as person_id,
            coalesce(ranked.email, 'admin@' || account.domain) as email
        from _given as given
        join account using (account_id)
        left join ranked
            on ranked.place = given.place
            and ranked.position = 1 + least(floor(given.draw * ranked.people), ranked.people - 1)
        order by given.place
        """
    )
    world.connection.unregister("_given")
    return found["person_id"].to_numpy(), found["email"].combine_chunks()
