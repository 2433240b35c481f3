{%- set term_months_of_charge -%}
    greatest(coalesce(charges.billing_period_months, 1), least(coalesce(subscriptions.term_months, 12), 12))
{%- endset %}
-- The days on which a term of a subscription ends. Sources tell the present term only; earlier ones are read
-- from the charges: a term ends on a day on which every charge of the subscription ends, whole billing periods
-- (or years of the term) after its charges or the uninterrupted service began. So a change of seats in the
-- middle of a term is no end.
with charges as (
    select * from {{ ref('int_subscription_charge_spans') }}
),

subscriptions as (
    select
        subscription_id,
        term_months,
        term_started_on,
        term_ends_on
    from {{ source('resolved', 'subscription') }}
),

covered as (
    select
        subscription_id,
        starts_on,
        max(coalesce(ends_on, cast('9999-12-31' as date))) over (
            partition by subscription_id
            order by starts_on, subscription_charge_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from charges
),

-- First days of uninterrupted service.
services as (
    select
        subscription_id,
        starts_on as service_from,
        lead(starts_on) over (partition by subscription_id order by starts_on) as next_service_from
    from covered
    where covered_until is null or covered_until < starts_on
),

ends_in_charges as (
    select
        charges.subscription_id,
        charges.ends_on as ended_on,
        services.service_from,
        charges.starts_on,
        {{ term_months_of_charge }} as period_months
    from charges
    inner join subscriptions
        on charges.subscription_id = subscriptions.subscription_id
    inner join services
        on
            charges.subscription_id = services.subscription_id
            and charges.starts_on >= services.service_from
            and (charges.starts_on < services.next_service_from or services.next_service_from is null)
    where charges.ends_on is not null
),

judged_ends as (
    select
        subscription_id,
        ended_on,
        {%- for start in ['starts_on', 'service_from'] %}
            -- A day that a month lacks has become the last one that it has.
            (
                extract(day from ended_on) = extract(day from {{ start }})
                or (
                    extract(day from ended_on) >= 28
                    and extract(day from ended_on) < extract(day from {{ start }})
                )
            )
            and {{ months_between(start, 'ended_on') }} % period_months = 0 as is_whole_from_{{ start }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from ends_in_charges
),

rolled_over as (
    select
        subscription_id,
        ended_on
    from judged_ends
    where is_whole_from_starts_on or is_whole_from_service_from
    except
    select
        judged_ends.subscription_id,
        judged_ends.ended_on
    from judged_ends
    inner join charges
        on
            judged_ends.subscription_id = charges.subscription_id
            and judged_ends.ended_on > charges.starts_on
            and (judged_ends.ended_on < charges.ends_on or charges.ends_on is null)
),

final as (
    select * from rolled_over
    union
    select
        subscription_id,
        term_started_on as ended_on
    from subscriptions
    where term_started_on is not null
    union
    select
        subscription_id,
        term_ends_on as ended_on
    from subscriptions
    where term_ends_on is not null
)

select * from final
