-- P10: how far forecasts missed, owner by owner, since in a total one's excess hides another's lack; and how far
-- they lay above or below. Of what was won in the end; neither is bounded.
{%- set forecasts = ['commit', 'best_case'] %}
{%- set locks = ['day_1', '30_days_before', '60_days_before', '90_days_before'] %}
with forecasts as (
    select
        *,
        forecast_amount - actual_amount as bias_amount,
        abs(forecast_amount - actual_amount) as missed_amount
    from {{ ref('int_forecasts_locked') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

in_segments as (
    select
        forecasts.*,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment
    from forecasts
    union all
    select
        forecasts.*,
        'owner' as segment_type,
        forecasts.owner_id as segment_id,
        coalesce(users.user_name, forecasts.owner_id) as segment
    from forecasts
    left join users
        on forecasts.owner_id = users.user_id
),

totals as (
    select
        'fiscal_quarter' as period_grain,
        period_start,
        period_end,
        lock_name,
        forecast,
        segment_type,
        segment_id,
        segment,
        sum(missed_amount) as missed_amount,
        sum(bias_amount) as bias_amount,
        sum(actual_amount) as actual_amount,
        count(*) as owner_count
    from in_segments
    group by
        period_start,
        period_end,
        lock_name,
        forecast,
        segment_type,
        segment_id,
        segment
),

{% for forecast in forecasts -%}
    {%- for lock in locks %}
        {{ forecast }}_{{ lock }} as (
            select * from totals
            where forecast = '{{ forecast }}' and lock_name = '{{ lock }}'
        ),
    {% endfor %}
{%- endfor %}

final as (
    {%- for forecast in forecasts %}
        {%- for lock in locks %}
            {{ kpi_rows(
                'P10', 'accuracy_' ~ forecast ~ '_' ~ lock, forecast ~ '_' ~ lock,
                numerator='missed_amount',
                denominator='actual_amount',
                value='1 - ' ~ safe_divide('missed_amount', 'actual_amount'),
                n='owner_count'
            ) }}
            union all
            {{ kpi_rows(
                'P10', 'bias_' ~ forecast ~ '_' ~ lock, forecast ~ '_' ~ lock,
                numerator='bias_amount',
                denominator='actual_amount',
                n='owner_count'
            ) }}
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
