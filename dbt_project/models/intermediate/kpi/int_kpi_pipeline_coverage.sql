-- P05: of the whole quota, and of what is missing of it. Where nothing is missing any more there is nothing to
-- cover, and no value.
with coverage as (
    select * from {{ ref('int_pipeline_coverage') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

-- A period's end, and for a quarter also a day early in it.
measured_periods as (
    select
        period_grain,
        period_start,
        period_end,
        measured_on,
        '' as suffix
    from {{ ref('int_state_periods') }}
    union all
    select distinct
        'fiscal_quarter' as period_grain,
        fiscal_quarter_start_date as period_start,
        {{ add_days('fiscal_quarter_end_date', 1) }} as period_end,
        {{ add_days('fiscal_quarter_start_date', var('coverage_quarter_day') - 1) }} as measured_on,
        '_early' as suffix
    from {{ ref('int_calendar_days') }}
),

-- A company without quotas has nothing to cover.
quotas as (
    select count(*) as quota_count
    from {{ ref('int_quotas_prepared') }}
    where quota_metric = 'bookings' and quota is not null
),

in_segments as (
    select
        coverage.*,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment
    from coverage
    union all
    select
        coverage.*,
        'owner' as segment_type,
        coverage.owner_id as segment_id,
        coalesce(users.user_name, coverage.owner_id) as segment
    from coverage
    left join users
        on coverage.owner_id = users.user_id
),

totals as (
    select
        in_segments.measured_on,
        in_segments.quarter,
        in_segments.segment_type,
        in_segments.segment_id,
        in_segments.segment,
        sum(in_segments.quota) as quota,
        sum(in_segments.pipeline_amount) as pipeline_amount,
        sum(in_segments.pipeline_count) as pipeline_count,
        sum(in_segments.booked_amount) as booked_amount,
        sum(in_segments.past_due_count) as past_due_count
    from in_segments
    cross join quotas
    where quotas.quota_count > 0
    group by
        in_segments.measured_on,
        in_segments.quarter,
        in_segments.segment_type,
        in_segments.segment_id,
        in_segments.segment
),

periods as (
    select
        measured_periods.period_grain,
        measured_periods.period_start,
        measured_periods.period_end,
        measured_periods.suffix,
        totals.*,
        nullif(totals.quota, 0) as whole_quota,
        case when totals.quota > totals.booked_amount then totals.quota - totals.booked_amount end as remaining_quota
    from totals
    inner join measured_periods
        on totals.measured_on = measured_periods.measured_on
),

{% for quarter, suffix in [('current', ''), ('current', '_early'), ('next', ''), ('next', '_early')] %}
    {{ quarter }}_quarter{{ suffix }} as (
        select * from periods
        where quarter = '{{ quarter }}' and suffix = '{{ suffix }}'
    ),

{% endfor %}
final as (
    {%- for quarter in ['current_quarter', 'next_quarter'] %}
        {%- for variant, denominator in {'quota': 'whole_quota', 'remaining': 'remaining_quota'}.items() %}
            {%- for suffix in ['', '_early'] %}
                {{ kpi_rows(
                    'P05', quarter ~ '_' ~ variant ~ suffix, quarter ~ suffix,
                    numerator='pipeline_amount',
                    denominator=denominator,
                    n='pipeline_count',
                    n_excluded='past_due_count'
                ) }}
                {%- if not loop.last %}
                    union all
                {%- endif %}
            {%- endfor %}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
