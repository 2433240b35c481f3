"""The tables of deals, once everything about them is known.

Belongs here: adding opportunity and opportunity_version. Does not belong here: deciding anything.
"""

from __future__ import annotations

from cultivar_demo.world.world import World


def write_deals(world: World) -> None:
    """Add opportunity and opportunity_version, with the day of the latest touch in each version."""
    world.add(
        "opportunity",
        world.sql(
            """
            select
                deal.opportunity_id, deal.account_id,
                account.account_name || ' - ' || case
                    when deal.opportunity_type = 'New Business'
                        then coalesce(platform.product_name, 'Platform')
                    when deal.opportunity_type = 'Renewal' then 'Renewal '
                        || coalesce(year(deal.due_on), year(deal.created_at))
                    else coalesce(platform.product_name, 'Expansion') || ' Expansion'
                end as opportunity_name,
                deal.opportunity_type, deal.created_at,
                deal.owner_user_id as created_by_user_id,
                deal.motion, deal.sourced_by_role, deal.hand_off_id, deal.lead_source,
                deal.campaign_id, participant.contact_id as primary_contact_id, deal.currency,
                own.subscription_id as renewed_subscription_id,
                deal.competitor, deal.is_target_account
            from draft.deal as deal
            join account using (account_id)
            left join (
                select
                    opportunity_id,
                    arg_max(product_name, (quantity, -product_id)) as product_name
                from draft.offer join product using (product_id)
                where is_recurring group by opportunity_id
            ) as platform on platform.opportunity_id = deal.opportunity_id
            left join draft.participant as participant
                on participant.opportunity_id = deal.opportunity_id and participant.is_main
            left join draft.subscription as own on own.subscription = deal.renewed_subscription
            order by deal.opportunity_id
            """
        ),
    )
    world.add(
        "opportunity_version",
        world.sql(
            """
            with active as (
                select opportunity_id, greatest(created_at, occurred_at) as at
                from touch where opportunity_id is not null
            )

            select
                version.opportunity_id, version.version_at, version.stage, version.amount,
                version.close_date, version.owner_user_id, version.probability,
                version.forecast_category, version.next_step, version.next_step_on,
                version.qualification_fields_filled, version.loss_reason, version.loss_detail,
                version.is_closed, version.is_won, version.change_reason,
                active.at::date as last_activity_on,
                version.is_deleted
            from draft.version as version
            asof left join active
                on active.opportunity_id = version.opportunity_id
                and version.version_at >= active.at
            order by version.opportunity_id, version.version_at
            """
        ),
    )
