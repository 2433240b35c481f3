-- P08: won of won and lost. What is still open is in neither part.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

stages as (
    select * from {{ ref('int_opportunities_totalled_by_reached_stage') }}
),

cohorts as (
    select * from {{ ref('int_opportunity_cohorts_totalled') }}
),

final as (
    {{ kpi_rows(
        'P08', 'count', 'periods',
        numerator='eligible_won_count',
        denominator='eligible_closed_count'
    ) }}
    union all
    {{ kpi_rows(
        'P08', 'value', 'periods',
        numerator='eligible_won_amount',
        denominator='eligible_closed_amount',
        n='eligible_closed_with_amount_count',
        n_excluded='eligible_closed_count - eligible_closed_with_amount_count'
    ) }}
    union all
    {{ kpi_rows(
        'P08', 'from_qualified', 'periods',
        numerator='qualified_won_count',
        denominator='qualified_closed_count'
    ) }}
    union all
    {{ kpi_rows(
        'P08', 'from_stage', 'stages',
        numerator='won_count',
        denominator='closed_count'
    ) }}
    union all
    {{ kpi_rows(
        'P08', 'renewal', 'periods',
        numerator='renewal_won_count',
        denominator='renewal_closed_count'
    ) }}
    union all
    {{ kpi_rows(
        'P08', 'created_cohort', 'cohorts',
        numerator='eligible_won_count',
        denominator='eligible_closed_count'
    ) }}
)

select * from final
