-- The share of customers that outlives each number of days, by Kaplan and Meier: lives that go on count as
-- long as they are known, so that the young do not shorten the estimate.
with lives as (
    select
        days,
        count(*) as life_count,
        count(*) filter (where is_churned) as churned_count
    from {{ ref('int_customer_lives') }}
    group by days
),

at_risk as (
    select
        days,
        churned_count,
        sum(life_count) over (order by days desc rows between unbounded preceding and current row) as at_risk_count,
        sum(life_count) over () as life_count
    from lives
),

final as (
    select
        days,
        at_risk_count,
        churned_count,
        life_count,
        -- The product of the shares that survive each day; where nobody does, as near to zero as a logarithm
        -- goes. Rounded, so that a half is a half.
        round(
            exp(
                sum(ln(greatest(1 - {{ safe_divide('churned_count', 'at_risk_count') }}, 1e-300))) over (
                    order by days rows between unbounded preceding and current row
                )
            ),
            12
        ) as surviving_share
    from at_risk
)

select * from final
