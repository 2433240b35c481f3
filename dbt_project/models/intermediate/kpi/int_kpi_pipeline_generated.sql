-- P01: by the day on which the pipeline stage was first reached or passed, not by the day of creation.
-- Deals without an amount count as zero, and are counted beside.
with periods as (
    select * from {{ ref('int_pipeline_generated_totalled') }}
),

final as (
    {{ kpi_rows(
        'P01', 'amount', 'periods',
        numerator='generated_amount',
        n='generated_count',
        n_excluded='generated_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('P01', 'count', 'periods', numerator='generated_count') }}
    union all
    {{ kpi_rows(
        'P01', 'renewal_amount', 'periods',
        numerator='renewal_amount',
        n='renewal_count',
        n_excluded='renewal_without_amount_count'
    ) }}
)

select * from final
