-- F01: first entries per stage, by the day they happened.
with flows as (
    select * from {{ ref('int_lead_events_totalled') }}
),

final as (
    {{ kpi_rows('F01', 'inquiry', 'flows', numerator='created_count') }}
    union all
    {{ kpi_rows('F01', 'working', 'flows', numerator='working_count') }}
    union all
    {{ kpi_rows('F01', 'marketing_qualified', 'flows', numerator='marketing_qualified_count') }}
    union all
    {{ kpi_rows('F01', 'sales_accepted', 'flows', numerator='sales_accepted_count') }}
    union all
    {{ kpi_rows('F01', 'sales_qualified', 'flows', numerator='sales_qualified_count') }}
    union all
    {{ kpi_rows('F01', 'converted', 'flows', numerator='converted_count') }}
    union all
    {{ kpi_rows('F01', 'recycled', 'flows', numerator='recycled_count') }}
    union all
    {{ kpi_rows('F01', 'disqualified', 'flows', numerator='disqualified_count') }}
    union all
    {{ kpi_rows('F01', 'unmapped', 'flows', numerator='unmapped_count') }}
)

select * from final
