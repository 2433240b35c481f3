-- P06, both ways: representatives edit the CRM's probability, the stage's default nobody edits.
with periods as (
    select * from {{ ref('int_opportunities_totalled_by_close_period') }}
),

as_of_day as (
    select
        {{ as_of_period() }},
        segment_type,
        segment_id,
        segment,
        open_count,
        weighted_amount,
        weighted_count,
        stage_weighted_amount,
        stage_weighted_count
    from periods
    where period_grain = 'all_time'
),

final as (
    {{ kpi_rows(
        'P06', 'crm_probability', 'as_of_day',
        numerator='weighted_amount',
        n='weighted_count',
        n_excluded='open_count - weighted_count'
    ) }}
    union all
    {{ kpi_rows(
        'P06', 'stage_probability', 'as_of_day',
        numerator='stage_weighted_amount',
        n='stage_weighted_count',
        n_excluded='open_count - stage_weighted_count'
    ) }}
)

select * from final
