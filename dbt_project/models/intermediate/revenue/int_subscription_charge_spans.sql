{{ config(materialized='table') }}

-- The days of a charge: in force from starts_on until ends_on, and counted as kept until carried_until. A gap
-- of up to churn_grace_days before the next charge of the same subscription, or else of the same customer, is
-- a late renewal: whatever ended at the gap is carried over it (rules G13 and G14). A renewal that has not
-- begun by the run's day carries nothing yet.
{%- set owners = [('subscription_id', 'ends_on'), ('customer_id', 'carried_by_subscription')] %}
with charges as (
    select * from {{ ref('int_subscription_charges_prepared') }}
),

dated as (
    select
        *,
        greatest(effective_from, coalesce(started_on, effective_from)) as starts_on,
        effective_to as ends_on
    from charges
    where effective_from is not null
),

spans as (
    select * from dated
    where ends_on is null or ends_on > starts_on
),

{% for owner, covered in owners %}
    {%- set relation = 'spans' if loop.first else 'carried_by_' ~ owners[loop.index0 - 1][0] %}
    covered_by_{{ owner }} as (
        select
            {{ owner }},
            starts_on,
            max(coalesce({{ covered }}, cast('9999-12-31' as date))) over (
                partition by {{ owner }}
                order by starts_on, subscription_charge_id
                rows between unbounded preceding and 1 preceding
            ) as covered_until
        from {{ relation }}
        where starts_on <= cast('{{ var("as_of_date") }}' as date)
    ),

    gaps_of_{{ owner }} as (
        select
            {{ owner }},
            covered_until,
            starts_on as bridged_until
        from covered_by_{{ owner }}
        where
            starts_on > covered_until
            and {{ days_between('covered_until', 'starts_on') }} <= {{ var('churn_grace_days') }}
    ),

    carried_by_{{ owner }} as (
        select
            {{ relation }}.*,
            coalesce(gaps_of_{{ owner }}.bridged_until, {{ relation }}.{{ covered }})
                as {{ 'carried_until' if loop.last else owners[loop.index0 + 1][1] }}
        from {{ relation }}
        left join gaps_of_{{ owner }}
            on
                {{ relation }}.{{ owner }} = gaps_of_{{ owner }}.{{ owner }}
                and {{ relation }}.{{ covered }} = gaps_of_{{ owner }}.covered_until
    ),
{% endfor %}
final as (
    select
        subscription_charge_id,
        subscription_id,
        account_id,
        customer_id,
        product_id,
        signed_on,
        started_on,
        starts_on,
        ends_on,
        carried_until,
        quantity,
        monthly_recurring_original,
        currency_code,
        billing_period_months,
        booked_at
    from carried_by_customer_id
)

select * from final
