-- R05: how much of the market can be served, how much of that is on a target list, and what came of it.
with market as (
    select * from {{ ref('int_market_accounts_prepared') }}
    where is_current
),

targets as (
    select count(distinct account_domain) as target_count
    from {{ ref('int_target_list_memberships_prepared') }}
    where is_current
),

counted as (
    select
        count(*) as market_count,
        count(*) filter (where is_serviceable) as serviceable_count,
        count(*) filter (where is_serviceable and is_target) as target_count,
        count(*) filter (where is_serviceable and is_target and is_won) as won_target_count
    from market
),

totals as (
    select
        {{ as_of_period() }},
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        counted.*,
        targets.target_count - counted.target_count as other_target_count
    from counted
    cross join targets
    where counted.market_count > 0
),

final as (
    {{ kpi_rows(
        'R05', 'sam_of_tam', 'totals',
        numerator='serviceable_count',
        denominator='market_count'
    ) }}
    union all
    {{ kpi_rows(
        'R05', 'tal_of_sam', 'totals',
        numerator='target_count',
        denominator='serviceable_count',
        n_excluded='other_target_count'
    ) }}
    union all
    {{ kpi_rows(
        'R05', 'won_of_tal', 'totals',
        numerator='won_target_count',
        denominator='target_count',
        n_excluded='other_target_count'
    ) }}
)

select * from final
