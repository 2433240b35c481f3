with accounts as (
    select * from {{ published_ref('dim_account') }}
),

users as (
    select * from {{ published_ref('dim_user') }}
),

opportunity_totals as (
    select
        account_id,
        count(*) filter (where is_open) as open_opportunity_count,
        sum(amount) filter (where is_open) as open_amount,
        sum(weighted_amount) filter (where is_open) as weighted_amount,
        count(*) filter (where is_won) as won_opportunity_count,
        sum(amount) filter (where is_won) as won_amount,
        count(*) filter (where is_lost) as lost_opportunity_count,
        min(close_date) filter (where is_won) as first_won_on,
        max(close_date) filter (where is_won) as last_won_on
    from {{ published_ref('fct_opportunity') }}
    group by account_id
),

latest_month as (
    select max(month_start) as month_start
    from {{ published_ref('fct_mrr_monthly') }}
),

-- A customer may be billed under several names.
revenue as (
    select
        months.account_id,
        sum(months.mrr) as mrr,
        sum(months.arr) as arr
    from {{ published_ref('fct_mrr_monthly') }} as months
    inner join latest_month
        on months.month_start = latest_month.month_start
    group by months.account_id
),

people as (
    select
        account_id,
        count(*) as person_count
    from {{ published_ref('dim_person') }}
    group by account_id
),

workspaces as (
    select
        account_id,
        count(*) as workspace_count,
        count(*) filter (where is_paid) as paid_workspace_count,
        max(last_active_on) as last_active_on
    from {{ published_ref('dim_workspace') }}
    group by account_id
),

target_lists as (
    select
        account_id,
        min(tier) as target_tier
    from {{ published_ref('fct_target_list_membership') }}
    where is_current
    group by account_id
),

qualifications as (
    select
        account_id,
        max(qualified_on) as last_qualified_on
    from {{ published_ref('fct_account_qualification') }}
    group by account_id
),

scores as (
    select
        record_id,
        score,
        broken_rule_count
    from {{ published_source('hygiene', 'record_score') }}
    where entity = 'account'
),

final as (
    select
        accounts.account_id,
        accounts.account_name,
        accounts.account_type,
        accounts.account_segment,
        accounts.industry,
        accounts.territory,
        accounts.country,
        accounts.website_domain,
        accounts.annual_revenue,
        accounts.employee_count,
        accounts.created_on,
        accounts.last_activity_date,
        accounts.parent_account_id,
        parents.account_name as parent_account_name,
        accounts.owner_id,
        owners.user_name as owner_name,
        accounts.sales_development_owner_id,
        developers.user_name as sales_development_owner_name,
        coalesce(people.person_count, 0) as person_count,
        coalesce(opportunity_totals.open_opportunity_count, 0) as open_opportunity_count,
        coalesce(opportunity_totals.open_amount, 0) as open_amount,
        coalesce(opportunity_totals.weighted_amount, 0) as weighted_amount,
        coalesce(opportunity_totals.won_opportunity_count, 0) as won_opportunity_count,
        coalesce(opportunity_totals.won_amount, 0) as won_amount,
        coalesce(opportunity_totals.lost_opportunity_count, 0) as lost_opportunity_count,
        opportunity_totals.first_won_on,
        opportunity_totals.last_won_on,
        coalesce(revenue.mrr, 0) as mrr,
        coalesce(revenue.arr, 0) as arr,
        coalesce(revenue.mrr > 0, false) as is_customer,
        coalesce(workspaces.workspace_count, 0) as workspace_count,
        coalesce(workspaces.paid_workspace_count, 0) as paid_workspace_count,
        workspaces.last_active_on as last_product_use_on,
        target_lists.account_id is not null as is_target_account,
        target_lists.target_tier,
        qualifications.last_qualified_on,
        scores.score as hygiene_score,
        coalesce(scores.broken_rule_count, 0) as broken_rule_count
    from accounts
    left join accounts as parents on accounts.parent_account_id = parents.account_id
    left join users as owners on accounts.owner_id = owners.user_id
    left join users as developers on accounts.sales_development_owner_id = developers.user_id
    left join people on accounts.account_id = people.account_id
    left join opportunity_totals on accounts.account_id = opportunity_totals.account_id
    left join revenue on accounts.account_id = revenue.account_id
    left join workspaces on accounts.account_id = workspaces.account_id
    left join target_lists on accounts.account_id = target_lists.account_id
    left join qualifications on accounts.account_id = qualifications.account_id
    left join scores on accounts.account_id = scores.record_id
)

select * from final
