-- A05: win rate, selling price and cycle of opportunities of accounts that were on a target list when they were
-- created, over those of the others. Lists are chosen for quality, so this is a correlation, not an effect.
with opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
    where is_win_rate_eligible
),

targets as (
    select * from {{ ref('int_target_list_companies') }}
),

listed as (
    select distinct opportunities.opportunity_id
    from opportunities
    inner join targets
        on
            opportunities.account_id = targets.company_id
            and opportunities.created_on >= targets.valid_from
            and coalesce(opportunities.created_on < targets.valid_to, true)
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

closed as (
    select
        opportunities.close_date,
        listed.opportunity_id is not null as is_target,
        opportunities.is_won,
        case when opportunities.is_won and opportunities.is_new_business then opportunities.amount end as selling_price,
        case when opportunities.is_won then opportunities.days_to_close end as cycle_days
    from opportunities
    left join listed
        on opportunities.opportunity_id = listed.opportunity_id
    where opportunities.close_date is not null
),

placed as (
    {{ placed_in_periods('closed', 'close_date') }}
),

measured as (
    select
        period_grain,
        period_start,
        period_end,
        is_target,
        count(*) as closed_count,
        {{ safe_divide('count(*) filter (where is_won)', 'count(*)') }} as win_rate,
        {{ safe_divide('sum(selling_price)', 'count(selling_price)') }} as selling_price,
        {{ median('cycle_days') }} as cycle
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        is_target
),

compared as (
    select
        targets.period_grain,
        targets.period_start,
        targets.period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        {%- for measure in ['win_rate', 'selling_price', 'cycle'] %}
            targets.{{ measure }} as target_{{ measure }},
            others.{{ measure }} as other_{{ measure }},
        {%- endfor %}
        targets.closed_count + others.closed_count as closed_count
    from measured as targets
    inner join measured as others
        on
            targets.period_grain = others.period_grain
            and targets.period_start = others.period_start
    where targets.is_target and not others.is_target
),

final as (
    {%- for measure in ['win_rate', 'selling_price', 'cycle'] %}
        {{ kpi_rows(
            'A05', measure, 'compared',
            numerator='target_' ~ measure,
            denominator='other_' ~ measure,
            n='closed_count'
        ) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
