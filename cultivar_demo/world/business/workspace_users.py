"""Workspaces under their final ids, and the people who use them.

Belongs here: adding workspace and workspace_user. Does not belong here: who signs up or pays
(``workspaces``), what they do (``product_events``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.arrays import keys, nullable, repeat, second_count
from cultivar_demo.world.business.card_payments import SELF_SERVE_KEY
from cultivar_demo.world.business.workspaces import NAME_ENDINGS, invented_mails
from cultivar_demo.world.foundation.draw import join_texts
from cultivar_demo.world.foundation.names import draw_names
from cultivar_demo.world.foundation.places import COUNTRIES
from cultivar_demo.world.world import World

ADOPTION = (0.55, 0.97)
"""Part of the seats bought by contract that are used."""
INVITES = 0.42
"""Further users of an unpaid workspace: geometric with this chance of another one."""
DAY = 86_400
JOIN_DAYS_PAID, JOIN_DAYS_FREE = 35.0, 8.0
"""Mean days until a user joins, after the payment or the sign-up."""
STAY_DAYS_PAID, STAY_DAYS_FREE = 1_500.0, 70.0
"""Mean days that a user stays."""
LOYAL_SHARE = 0.25
"""Unpaid workspaces that are used for long all the same."""
DECLINE_DAYS = 100
"""Before a workspace closes, its users go one after another."""


def write_workspaces(world: World) -> None:
    """Add workspace and workspace_user."""
    limit = cutoff(world.settings.last_day)
    endings = ", ".join(f"'{ending}'" for ending in NAME_ENDINGS)
    world.connection.execute(
        f"""
        create table draft.final_workspace as
        with ended as (
            select subscription_id, max_by(status, version_at) as status,
                max(version_at) as ended_at
            from subscription_version group by subscription_id
        )

        select
            row_number() over (order by workspace.created_at, workspace.rowid) as workspace_id,
            coalesce(
                account.account_name || ' ' || list_element(
                    [{endings}], 1 + (workspace.rowid % {len(NAME_ENDINGS)})::int
                ),
                'My workspace'
            ) as workspace_name,
            workspace.account_id, workspace.creator_person_id, workspace.creator_email,
            workspace.created_at, workspace.plan,
            case when workspace.paid_at <= $1 then workspace.paid_at end as paid_at,
            case
                when workspace.closed_at is not null then
                    case when workspace.closed_at <= $1 then workspace.closed_at end
                when ended.status <> 'Active' and workspace.paid_at <= $1
                    and workspace.subscription < {SELF_SERVE_KEY}
                    then greatest(ended.ended_at, workspace.paid_at + interval 1 day)
            end as closed_at,
            case when workspace.paid_at <= $1 then own.subscription_id end as subscription_id,
            workspace.seats,
            workspace.subscription >= {SELF_SERVE_KEY} as is_self_serve,
            account.domain
        from draft.workspace as workspace
        left join account using (account_id)
        left join draft.subscription as own using (subscription)
        left join ended using (subscription_id)
        where workspace.created_at <= $1
        order by workspace_id
        """,
        [limit],
    )
    world.add(
        "workspace",
        world.sql(
            "select workspace_id, workspace_name, account_id, creator_person_id, creator_email, "
            "created_at, plan, paid_at, closed_at, subscription_id "
            "from draft.final_workspace order by workspace_id"
        ),
    )
    _write_users(world, np.datetime64(limit, "s"))


def _write_users(world: World, limit: np.datetime64) -> None:
    random = world.settings.random("business/workspace_users")
    rows = world.sql("select * from draft.final_workspace order by workspace_id")
    count = rows.num_rows
    created = rows["created_at"].to_numpy().astype("datetime64[s]")
    paid = rows["paid_at"].to_numpy().astype("datetime64[s]")
    closed = rows["closed_at"].to_numpy().astype("datetime64[s]")
    is_paid = ~np.isnat(paid)
    has_account = rows["account_id"].is_valid().to_numpy(zero_copy_only=False)
    seats = rows["seats"].to_numpy()
    low, high = ADOPTION
    used = np.floor(seats * (low + (high - low) * random.random(count)))
    invited = random.geometric(1 - INVITES, count)
    number = np.where(is_paid, np.maximum(used, 1), np.where(has_account, invited, 1))
    row, position = repeat(number.astype(np.int64))
    size = len(row)
    is_creator = position == 0
    # Whoever is invited during the trial joins then, the others after the payment.
    trial = np.where(is_paid, np.maximum((paid - created).astype(np.int64), DAY), 0)[row]
    early = (position < 4) & (random.random(size) < 0.7)
    wait_paid = np.where(
        early, trial * random.random(size), trial + random.exponential(JOIN_DAYS_PAID * DAY, size)
    )
    wait = np.where(is_paid[row], wait_paid, random.exponential(JOIN_DAYS_FREE * DAY, size))
    joined = created[row] + second_count(np.where(is_creator, 0, 60 + wait))
    loyal = (random.random(count) < LOYAL_SHARE)[row]
    mean = np.where(is_paid[row] | loyal, STAY_DAYS_PAID, STAY_DAYS_FREE) * DAY
    mean = np.where(~is_paid[row] & loyal, mean / 4, mean)
    left = joined + second_count(DAY * 0.1 + random.exponential(mean))
    # Nobody who pays forgets the product while buying it.
    left = np.where(
        is_paid[row] & is_creator, np.maximum(left, paid[row] + np.timedelta64(30, "D")), left
    )
    decline = closed[row] - second_count(DECLINE_DAYS * DAY * random.random(size) ** 1.5)
    left = np.where(np.isnat(closed[row]), left, np.minimum(left, decline))
    left = np.where(is_creator, np.maximum(left, joined + np.timedelta64(3_600, "s")), left)
    left = np.where(np.isnat(closed[row]), left, np.minimum(left, closed[row]))
    activity = np.exp(0.9 * random.standard_normal(size)) * np.where(is_paid[row], 1.0, 0.45)
    activity *= np.where(is_creator, 1.6, 1.0)
    keep = (joined <= limit) & (left > joined)
    row, position, joined, left, activity = (
        values[keep] for values in (row, position, joined, left, activity)
    )
    size = len(row)
    person, email, gone = _people(world, rows, row, position, joined, random)
    left = np.minimum(left, np.where(np.isnat(gone), left, gone))
    keep = left > joined
    order = np.flatnonzero(keep)[np.lexsort((row[keep], joined[keep]))]
    left = np.where(left > limit, np.datetime64("NaT", "s"), left)[order]
    world.add(
        "workspace_user",
        {
            "workspace_user_id": 1 + np.arange(len(order)),
            "workspace_id": rows["workspace_id"].to_numpy()[row[order]],
            "person_id": keys(person[order]),
            "email": email.take(pa.array(order)),
            "joined_at": joined[order].astype("datetime64[us]"),
            "left_at": nullable(left.astype("datetime64[us]"), np.isnat(left)),
            "activity": np.round(activity[order], 4),
        },
    )


def _people(
    world: World,
    rows: pa.Table,
    row: np.ndarray,
    position: np.ndarray,
    joined: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, pa.Array, np.ndarray]:
    """Person (-1: one whom nobody else knows), address and end of the job (NaT) of each user."""
    size = len(row)
    given = pa.table(
        {
            "place": np.arange(size),
            "workspace_id": rows["workspace_id"].to_numpy()[row],
            "position": position,
            "joined_on": joined.astype("datetime64[D]"),
        }
    )
    world.connection.register("_given", given)
    found = world.sql(
        """
        with colleague as (
            select
                workspace.workspace_id, job.person_id, job.email,
                job.started_on, job.ended_on,
                row_number() over (
                    partition by workspace.workspace_id
                    order by (job.employment_id * 7919 + workspace.workspace_id * 104729) % 65537,
                        job.employment_id
                ) as position
            from draft.final_workspace as workspace
            join employment as job
                on job.account_id = workspace.account_id
                and job.started_on <= workspace.created_at::date
                and coalesce(job.ended_on, date '2200-01-01') > workspace.created_at::date
            where workspace.creator_person_id is not null
                and job.person_id <> workspace.creator_person_id
        )

        select
            coalesce(case when given.position = 0 then workspace.creator_person_id
                else colleague.person_id end, -1) as person_id,
            case when given.position = 0 then workspace.creator_email else colleague.email end
                as email,
            case when given.position = 0 then creator.ended_on else colleague.ended_on end
                as gone_on,
            workspace.domain
        from _given as given
        join draft.final_workspace as workspace using (workspace_id)
        left join colleague
            on colleague.workspace_id = given.workspace_id and colleague.position = given.position
            and coalesce(colleague.ended_on, date '2200-01-01') > given.joined_on + 1
        left join (
            select person_id, account_id, max(coalesce(ended_on, date '2200-01-01')) as ended_on
            from employment group by person_id, account_id
        ) as creator
            on creator.person_id = workspace.creator_person_id
            and creator.account_id = workspace.account_id
        order by given.place
        """
    )
    world.connection.unregister("_given")
    *_, first, last = draw_names(random.integers(0, len(COUNTRIES), size), random)
    number = pa.array(random.integers(2, 99, size)).cast(pa.string())
    domain = found["domain"].combine_chunks()
    own = join_texts(first, pa.repeat(".", size), last, number, pa.repeat("@", size), domain)
    invented = pa.compute.coalesce(own, invented_mails(random, size))
    email = pa.compute.coalesce(found["email"].combine_chunks(), invented)
    gone = found["gone_on"].to_numpy().astype("datetime64[s]")
    return found["person_id"].to_numpy(), email, gone
