"""New contacts as the CRM shows them after every change.

Belongs here: contact_version of the contacts that deals brought. Does not belong here: who they
are (``committee``).
"""

from __future__ import annotations

import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.world import World

ENTERED_SHARE = 0.8
"""Of those steps entered with the contact in the CRM, some days later."""


def write_contact_versions(world: World) -> None:
    """New contacts: created, awareness entered now and then, dead address after a job change."""
    random = world.settings.random("business/contact_versions")
    contacts = world.sql(
        """
        select
            new.contact_id, new.person_id, new.account_id, new.created_at, job.title, job.ended_on
        from draft.new_contact as new
        join employment as job using (employment_id)
        order by new.contact_id
        """
    )
    count = contacts.num_rows
    draws = pa.table(
        {
            "contact_id": contacts["contact_id"],
            "lag": random.integers(3_600, 6 * 86_400, count),
            "gone_lag": random.integers(86_400, 40 * 86_400, count),
            "is_entered": random.random(count) < ENTERED_SHARE,
        }
    )
    world.connection.register("_contacts", contacts)
    world.connection.register("_lags", draws)
    rows = world.sql(
        """
        with change as (
            select contact_id, created_at as version_at, false as is_gone from _contacts
            union all
            select
                contact_id, conviction.changed_at + to_seconds(lag), false
            from _contacts
            join _lags using (contact_id)
            join draft.conviction as conviction using (person_id)
            where is_entered and conviction.changed_at + to_seconds(lag) > created_at
            union all
            select contact_id, ended_on + to_seconds(gone_lag), true
            from _contacts join _lags using (contact_id)
            where ended_on + to_seconds(gone_lag) > created_at
            union all
            select contact.contact_id, own.valid_from_at, false
            from _contacts as contact
            join account_ownership as own
                on own.account_id = contact.account_id and own.role = 'owner'
                and own.valid_from_at > contact.created_at
        ),

        stamped as (
            select contact_id, version_at, bool_or(is_gone) as is_gone
            from change where version_at <= ?
            group by contact_id, version_at
        )

        select
            stamped.contact_id, stamped.version_at, own.user_id as owner_user_id, contact.title,
            coalesce(awareness.stage, 3) as awareness_stage,
            false as has_opted_out_of_email,
            max(stamped.is_gone) over history as is_email_bounced,
            min(case when stamped.is_gone then stamped.version_at end) over history
                as email_bounced_at,
            false as is_do_not_call,
            false as is_in_sequence,
            not max(stamped.is_gone) over history as is_marketable,
            cast(null as date) as last_activity_on,
            false as is_deleted
        from stamped
        join _contacts as contact using (contact_id)
        asof left join (from account_ownership where role = 'owner') as own
            on own.account_id = contact.account_id and stamped.version_at >= own.valid_from_at
        asof left join awareness_change as awareness
            on awareness.person_id = contact.person_id
            and stamped.version_at >= awareness.changed_at
        window history as (
            partition by stamped.contact_id order by stamped.version_at
            rows between unbounded preceding and current row
        )
        order by stamped.contact_id, stamped.version_at
        """,
        [cutoff(world.settings.last_day)],
    )
    world.connection.unregister("_contacts")
    world.connection.unregister("_lags")
    world.append("contact_version", rows)
