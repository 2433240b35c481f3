-- V01, V02, V09: states at the end of a period.
with periods as (
    select * from {{ ref('int_recurring_revenue_totalled') }}
),

products as (
    select * from {{ ref('int_product_revenue_totalled') }}
),

final as (
    {{ kpi_rows(
        'V01', 'headline', 'periods',
        numerator='mrr',
        n='paying_count',
        n_excluded='charge_without_rate_count'
    ) }}
    union all
    {{ kpi_rows(
        'V01', 'with_grace', 'periods',
        numerator='mrr_with_grace',
        n='paying_with_grace_count'
    ) }}
    union all
    {{ kpi_rows(
        'V01', 'headline_by_product', 'products',
        numerator='mrr',
        n='charge_count',
        n_excluded='charge_without_rate_count'
    ) }}
    union all
    {{ kpi_rows(
        'V02', 'headline', 'periods',
        numerator='12 * mrr',
        n='paying_count',
        n_excluded='charge_without_rate_count'
    ) }}
    union all
    {{ kpi_rows(
        'V02', 'contracted', 'periods',
        numerator='12 * (mrr + mrr_signed)',
        n='contracted_count',
        n_excluded='charge_without_rate_count'
    ) }}
    union all
    {{ kpi_rows('V09', 'arpa', 'periods', numerator='mrr', denominator='paying_count') }}
    union all
    {{ kpi_rows('V09', 'arpu', 'periods', numerator='mrr', denominator='paid_seats', n='paying_count') }}
)

select * from final
