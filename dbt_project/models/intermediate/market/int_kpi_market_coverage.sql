-- R05: how much of the market the CRM has, how much can be served, how much of that is on a target list, and what
-- came of it.
with market as (
    select * from {{ ref('int_market_accounts_prepared') }}
    where is_current
),

targets as (
    select count(distinct account_domain) as target_count
    from {{ ref('int_target_list_memberships_prepared') }}
    where is_current
),

-- By domain: of a company that is on two lists it is enough that one finds somebody engaged.
engaged as (
    select distinct target_companies.account_domain
    from {{ ref('int_target_list_companies') }} as target_companies
    inner join {{ ref('int_company_states') }} as company_states
        on target_companies.company_id = company_states.company_id
    where
        target_companies.is_current
        and company_states.measured_on = cast('{{ var("as_of_date") }}' as date)
        and company_states.engaged_individual_count >= 1
),

crm as (
    select distinct website_domain
    from {{ source('resolved', 'account') }}
    where
        website_domain is not null
        and coalesce({{ business_date('created_at') }} <= cast('{{ var("as_of_date") }}' as date), true)
),

counted as (
    select
        count(*) as market_count,
        count(crm.website_domain) as crm_count,
        count(*) filter (
            where market.is_serviceable and market.is_target and engaged.account_domain is not null
        ) as engaged_target_count,
        count(*) filter (where market.is_serviceable) as serviceable_count,
        count(*) filter (where market.is_serviceable and market.is_target) as target_count,
        count(*) filter (
            where market.is_serviceable and market.is_target and market.is_won
        ) as won_target_count
    from market
    left join engaged
        on market.account_domain = engaged.account_domain
    left join crm
        on market.account_domain = crm.website_domain
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
        'R05', 'crm_of_tam', 'totals',
        numerator='crm_count',
        denominator='market_count'
    ) }}
    union all
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
        'R05', 'engaged_of_tal', 'totals',
        numerator='engaged_target_count',
        denominator='target_count',
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
