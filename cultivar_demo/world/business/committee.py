"""The customer's people in deals: contacts, roles, how convinced they become.

Belongs here: who takes part from when; adds opportunity_role, appends contact, contact_version and
awareness_change, creates ``draft.participant``. Does not belong here: talks with them
(``conversations``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.contact_history import write_contact_versions
from cultivar_demo.world.world import World

NO_ROLES_SHARE = 0.12
"""Deals whose roles nobody enters, though people take part."""
ROLE_STAGES = {
    "Champion": 1,
    "Influencer": 2,
    "Decision Maker": 3,
    "Technical Evaluator": 3,
    "Economic Buyer": 4,
    "Procurement": 6,
}
"""Stage from which someone in the role takes part."""
CONVINCED = ((3, 4), (5, 5), (6, 6))
"""From a stage of the deal on its people stand at an awareness stage."""
PROGRESS_SHARE = 0.75
"""Of those steps really taken."""


def add_committees(world: World) -> None:
    """Fill everything named above."""
    _draw_people(world)
    _add_contacts(world)
    _add_roles(world)
    _convince(world)
    write_contact_versions(world)


def _draw_people(world: World) -> None:
    """``draft.member``: deal, employment, whether the main one, role, from when."""
    random = world.settings.random("business/committee")
    size = world.sql("select coalesce(max(employment_id), 0) as n from employment")["n"][0].as_py()
    draws = pa.table({"employment_id": np.arange(1, size + 1), "draw": random.random(size)})
    world.connection.register("_draws", draws)
    stages = " ".join(f"when '{role}' then {stage}" for role, stage in ROLE_STAGES.items())
    world.connection.execute(
        f"""
        create table draft.member as
        with candidate as (
            select
                deal.opportunity_id, deal.account_id, deal.contacts, deal.created_at,
                job.employment_id, job.person_id, job.function,
                case job.seniority when 'c_level' then 4 when 'vp' then 3 when 'director' then 2
                    when 'manager' then 1 else 0 end as rank,
                row_number() over (
                    partition by deal.opportunity_id
                    order by
                        coalesce(job.person_id = deal.person_id, false) desc,
                        -- Whoever was passed to sales later on and joined the deal.
                        (deal.opportunity_id, job.person_id) in (
                            select (opportunity_id, person_id) from hand_off
                            where opportunity_id is not null
                        ) desc,
                        -- Managers and above first, but not always.
                        ((draws.draw + deal.opportunity_id * 0.6180339887) % 1.0)
                            - 0.25 * (job.seniority <> 'individual')::int,
                        job.employment_id
                ) as position
            from draft.deal as deal
            join employment as job
                on job.account_id = deal.account_id
                and job.started_on <= deal.created_at::date
                and coalesce(job.ended_on, date '2200-01-01') > deal.created_at::date + 1
            join _draws as draws using (employment_id)
        ),

        ranked as (
            select
                *,
                row_number() over (
                    partition by opportunity_id
                    order by position = 1, rank desc, position
                ) as weight
            from candidate
            where position <= contacts
        ),

        named as (
            select
                *,
                case
                    when position = 1 and contacts = 1 and rank >= 3 then 'Economic Buyer'
                    when position = 1 then 'Champion'
                    when weight = 1 then 'Economic Buyer'
                    when function = 'procurement' then 'Procurement'
                    when function in ('it', 'security') then 'Technical Evaluator'
                    when rank >= 2 then 'Decision Maker'
                    else 'Influencer'
                end as role
            from ranked
        ),

        reached as (
            select opportunity_id, stage_order, min("at") as reached_at
            from draft.stage_event where stage_order < 90
            group by opportunity_id, stage_order
        )

        select
            named.opportunity_id, named.account_id, named.employment_id, named.person_id,
            named.position = 1 as is_main, named.role,
            case
                when named.position = 1 then named.created_at
                else min(reached.reached_at)
                    + to_seconds(
                        600 + (named.opportunity_id * 613 + named.employment_id * 97) % 14000
                    )
            end as since
        from named
        left join reached
            on reached.opportunity_id = named.opportunity_id
            and reached.stage_order >= case named.role {stages} end
        group by
            named.opportunity_id, named.account_id, named.employment_id, named.person_id,
            named.position, named.role, named.created_at
        having since is not null
        """
    )
    world.connection.unregister("_draws")


def _add_contacts(world: World) -> None:
    """Contacts for those who are none yet, and ``draft.participant``."""
    connection = world.connection
    limit = cutoff(world.settings.last_day)
    first_new = world.sql("select coalesce(max(contact_id), 0) as n from contact")["n"][0].as_py()
    # Companies that buy by themselves have the creator of the workspace as a contact.
    connection.execute(
        """
        create table draft.needed as
        select employment_id, account_id, person_id, since from draft.member
        union all
        select job.employment_id, job.account_id, job.person_id, workspace.paid_at
        from draft.workspace as workspace
        join employment as job
            on job.person_id = workspace.creator_person_id
            and job.account_id = workspace.account_id
            and job.started_on <= workspace.paid_at::date
            and coalesce(job.ended_on, date '2200-01-01') > workspace.paid_at::date + 1
        where workspace.paid_at is not null
        """
    )
    connection.execute(
        """
        create table draft.new_contact as
        select
            ? + row_number() over (order by min(needed.since), needed.employment_id) as contact_id,
            needed.person_id, needed.employment_id, needed.account_id,
            min(needed.since) as created_at
        from draft.needed as needed
        join employment as job using (employment_id)
        anti join contact on contact.employment_id = needed.employment_id
        where needed.since <= ?
            and needed.since::date + 1 < coalesce(job.ended_on, date '2200-01-01')
        group by needed.person_id, needed.employment_id, needed.account_id
        """,
        [first_new, limit],
    )
    world.append(
        "contact",
        world.sql(
            "select contact_id, person_id, employment_id, account_id, created_at, "
            "cast(null as bigint) as from_lead_id, 'Outbound' as lead_source "
            "from draft.new_contact order by contact_id"
        ),
    )
    connection.execute(
        """
        create table draft.participant as
        select
            member.opportunity_id, member.account_id, contact.contact_id, member.person_id,
            member.is_main, member.role,
            greatest(member.since, contact.created_at) as since,
            coalesce(job.ended_on, date '2200-01-01') as gone_on
        from draft.member as member
        join draft.deal as deal using (opportunity_id)
        join employment as job using (employment_id)
        join (
            select employment_id, min_by(contact_id, (created_at, contact_id)) as contact_id,
                min(created_at) as created_at
            from contact group by employment_id
        ) as contact using (employment_id)
        where greatest(member.since, contact.created_at)
                < coalesce(deal.closed_at, timestamp '2200-01-01')
            and greatest(member.since, contact.created_at) <= ?
            and greatest(member.since, contact.created_at)::date + 1
                < coalesce(job.ended_on, date '2200-01-01')
        order by all
        """,
        [limit],
    )


def _add_roles(world: World) -> None:
    random = world.settings.random("business/roles")
    deals = world.columns("select opportunity_id from draft.deal order by 1")["opportunity_id"]
    kept = deals[random.random(len(deals)) >= NO_ROLES_SHARE]
    world.connection.register("_kept", pa.table({"opportunity_id": kept}))
    world.add(
        "opportunity_role",
        world.sql(
            """
            select
                row_number() over (
                    order by participant.since, participant.opportunity_id, participant.contact_id
                ) as opportunity_role_id,
                participant.opportunity_id, participant.contact_id, participant.role,
                participant.is_main as is_primary,
                participant.since as created_at
            from draft.participant as participant
            join _kept using (opportunity_id)
            order by opportunity_role_id
            """
        ),
    )
    world.connection.unregister("_kept")


def _convince(world: World) -> None:
    """Awareness of participants rises with the deal; nobody's recorded past is touched."""
    steps = ", ".join(f"({stage}, {awareness})" for stage, awareness in CONVINCED)
    limit = cutoff(world.settings.last_day)
    world.connection.execute(
        f"""
        create table draft.conviction as
        with known as (
            select person_id, max(changed_at) as changed_at,
                max_by(stage, changed_at) as stage
            from awareness_change group by person_id
        ),

        proposed as (
            -- Whom nobody knew before is intrigued by the first talk.
            select participant.person_id, min(participant.since) as changed_at, 3 as stage
            from draft.participant as participant
            group by participant.person_id

            union all

            select
                participant.person_id,
                greatest(min(event."at"), any_value(participant.since))
                    + to_seconds(900 + participant.person_id * 131 % 60000),
                step.awareness
            from draft.participant as participant
            join (values {steps}) as step(stage, awareness) on true
            join draft.stage_event as event
                on event.opportunity_id = participant.opportunity_id
                and event.stage_order >= step.stage and event.stage_order < 90
            where (participant.person_id * 7919 + step.stage * 104729) % 1000
                < {round(PROGRESS_SHARE * 1000)}
            group by participant.opportunity_id, participant.person_id, step.awareness
        ),

        -- Two steps at one instant are one.
        merged as (
            select person_id, changed_at, max(stage) as stage
            from proposed group by person_id, changed_at
        ),

        later as (
            select
                proposed.*,
                known.stage as known_stage,
                max(proposed.stage) over (
                    partition by proposed.person_id order by proposed.changed_at, proposed.stage
                    rows between unbounded preceding and 1 preceding
                ) as stage_before
            from merged as proposed
            left join known using (person_id)
            where proposed.changed_at <= ?
                and (known.changed_at is null or proposed.changed_at > known.changed_at)
        )

        select
            person_id, changed_at, stage,
            greatest(known_stage, stage_before) as previous_stage,
            case stage when 3 then 'First conversation' when 4 then 'Named a use case'
                when 5 then 'Convinced by the proof of value' else 'Team agrees' end as reason
        from later
        where stage > coalesce(greatest(known_stage, stage_before), 0)
        order by person_id, changed_at
        """,
        [limit],
    )
    world.append("awareness_change", world.sql("select * from draft.conviction"))
