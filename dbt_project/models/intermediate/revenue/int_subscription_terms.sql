{{ config(materialized='table') }}

-- Terms that ended by the run's day with revenue in them, and what of it followed: the subscription goes on on
-- the same day, or within churn_grace_days.
with ends as (
    select * from {{ ref('int_subscription_term_ends') }}
),

charges as (
    select * from {{ ref('int_subscription_charge_spans') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

ended as (
    select
        subscription_id,
        ended_on,
        lag(ended_on) over (partition by subscription_id order by ended_on) as ended_before_on
    from ends
    where ended_on <= cast('{{ var("as_of_date") }}' as date)
),

followed as (
    select
        ended.subscription_id,
        ended.ended_on,
        ended.ended_before_on,
        min(charges.customer_id) as customer_id,
        min(charges.account_id) as account_id,
        min(charges.currency_code) as currency_code,
        min(charges.starts_on) filter (
            where charges.starts_on < ended.ended_on
            and (ended.ended_before_on is null or coalesce(charges.ends_on > ended.ended_before_on, true))
        ) as first_charge_on,
        sum(charges.monthly_recurring_original) filter (
            where charges.starts_on < ended.ended_on and coalesce(charges.ends_on >= ended.ended_on, true)
        ) as expiring_original,
        count(*) filter (
            where charges.starts_on < ended.ended_on and coalesce(charges.ends_on > ended.ended_on, true)
        ) as prolonged_charge_count,
        min(charges.starts_on) filter (
            where charges.starts_on >= ended.ended_on
            and charges.starts_on <= {{ add_days('ended.ended_on', var('churn_grace_days')) }}
            and charges.starts_on <= cast('{{ var("as_of_date") }}' as date)
        ) as next_charge_on
    from ended
    inner join charges
        on ended.subscription_id = charges.subscription_id
    group by
        ended.subscription_id,
        ended.ended_on,
        ended.ended_before_on
),

-- Some sources prolong a charge in place instead of beginning another.
continued as (
    select
        *,
        case when prolonged_charge_count > 0 then ended_on else next_charge_on end as next_started_on
    from followed
),

valued as (
    select
        continued.subscription_id,
        continued.ended_on,
        continued.customer_id,
        continued.account_id,
        continued.currency_code,
        greatest(continued.first_charge_on, coalesce(continued.ended_before_on, continued.first_charge_on))
            as started_on,
        continued.next_started_on,
        continued.expiring_original,
        sum(charges.monthly_recurring_original) as following_original,
        min({{ business_date('charges.booked_at') }}) filter (
            where charges.starts_on = continued.next_started_on
        ) as renewal_booked_on
    from continued
    left join charges
        on
            continued.subscription_id = charges.subscription_id
            and continued.next_started_on >= charges.starts_on
            and (continued.next_started_on < charges.ends_on or charges.ends_on is null)
    where continued.expiring_original > 0
    group by
        continued.subscription_id,
        continued.ended_on,
        continued.customer_id,
        continued.account_id,
        continued.currency_code,
        continued.first_charge_on,
        continued.ended_before_on,
        continued.next_started_on,
        continued.expiring_original
),

rated as (
    select
        valued.*,
        least(valued.expiring_original, coalesce(valued.following_original, 0)) as renewed_original,
        case
            when valued.currency_code = '{{ var("reporting_currency") }}' then cast(1 as decimal(18, 8))
            else rates.rate_to_reporting
        end as rate_to_reporting
    from valued
    left join rates
        on
            valued.currency_code = rates.currency_code
            and valued.ended_on >= rates.valid_from
            and (valued.ended_on < rates.valid_until or rates.valid_until is null)
),

final as (
    select
        subscription_id,
        customer_id,
        account_id,
        started_on,
        ended_on,
        {{ months_between('started_on', 'ended_on') }} as term_months,
        next_started_on,
        renewal_booked_on,
        coalesce(renewal_booked_on <= ended_on, next_started_on is not null) as is_renewed_on_time,
        12 * {{ converted_amount('expiring_original', 'rate_to_reporting') }} as expiring_arr,
        12 * {{ converted_amount('renewed_original', 'rate_to_reporting') }} as renewed_arr
    from rated
)

select * from final
