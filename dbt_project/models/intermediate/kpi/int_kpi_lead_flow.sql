-- F01: first entries per stage, by the day they happened.
with flows as (
    select * from {{ ref('int_lead_events_totalled') }}
),

final as (
    select
        'F01' as kpi_id,
        'inquiry' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(created_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(created_count as {{ type_double() }}) as value,
        created_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'working' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(working_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(working_count as {{ type_double() }}) as value,
        working_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'marketing_qualified' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(marketing_qualified_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(marketing_qualified_count as {{ type_double() }}) as value,
        marketing_qualified_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'sales_accepted' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(sales_accepted_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(sales_accepted_count as {{ type_double() }}) as value,
        sales_accepted_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'sales_qualified' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(sales_qualified_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(sales_qualified_count as {{ type_double() }}) as value,
        sales_qualified_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'converted' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(converted_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(converted_count as {{ type_double() }}) as value,
        converted_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'recycled' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(recycled_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(recycled_count as {{ type_double() }}) as value,
        recycled_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'disqualified' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(disqualified_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(disqualified_count as {{ type_double() }}) as value,
        disqualified_count as n,
        0 as n_excluded
    from flows
    union all
    select
        'F01' as kpi_id,
        'unmapped' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast(unmapped_count as decimal(28, 4)) as numerator,
        cast(null as decimal(28, 4)) as denominator,
        cast(unmapped_count as {{ type_double() }}) as value,
        unmapped_count as n,
        0 as n_excluded
    from flows
)

select * from final
