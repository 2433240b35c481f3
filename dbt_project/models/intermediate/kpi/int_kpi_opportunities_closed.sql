-- Won and lost, by the close date.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

final as (
    {{ kpi_rows('opportunities_won_count', 'headline', 'periods', numerator='won_count') }}
    union all
    {{ kpi_rows(
        'opportunities_won_amount', 'headline', 'periods',
        numerator='won_amount',
        n='won_count - won_without_amount_count',
        n_excluded='won_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('opportunities_lost_count', 'headline', 'periods', numerator='lost_count') }}
    union all
    {{ kpi_rows(
        'opportunities_lost_amount', 'headline', 'periods',
        numerator='lost_amount',
        n='lost_count - lost_without_amount_count',
        n_excluded='lost_without_amount_count'
    ) }}
)

select * from final
