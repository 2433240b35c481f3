{{ config(materialized='table') }}

-- Every flag of a workspace is decided here, once. An account that the source names comes before one that
-- the domain tells.
with workspaces as (
    select * from {{ source('resolved', 'workspace') }}
),

accounts as (
    select account_id
    from {{ source('resolved', 'account') }}
),

accounts_by_domain as (
    select * from {{ ref('int_accounts_by_domain') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

matched as (
    select
        workspaces.*,
        run_date.as_of_date,
        coalesce(named.account_id, accounts_by_domain.account_id) as matched_account_id,
        case
            when named.account_id is not null then 'crm_id'
            when accounts_by_domain.account_id is not null then 'domain'
            else 'none'
        end as account_match_method,
        {{ business_date('workspaces.created_at') }} as created_on,
        {{ business_date('workspaces.paid_at') }} as ever_paid_on,
        {{ business_date('workspaces.unpaid_at') }} as ever_unpaid_on
    from workspaces
    cross join run_date
    left join accounts as named
        on workspaces.account_id = named.account_id
    left join accounts_by_domain
        on workspaces.customer_domain = accounts_by_domain.website_domain
),

-- What happened after the run's day is not known on it.
known as (
    select
        *,
        case when ever_paid_on <= as_of_date then ever_paid_on end as paid_on,
        case when ever_unpaid_on <= as_of_date then ever_unpaid_on end as unpaid_on
    from matched
),

timed as (
    select
        *,
        {{ days_between('created_on', 'as_of_date') }} as age_days,
        {{ days_between('created_on', 'paid_on') }} as days_to_paid,
        -- Paid and given up at once is a mistake or a test, not a customer.
        coalesce(
            {{ days_between('paid_on', 'unpaid_on') }} < {{ var('conversion_reversal_days') }}, false
        ) as is_reversed
    from known
),

final as (
    select
        workspace_id,
        source_name,
        source_record_id as source_workspace_id,
        workspace_name,
        matched_account_id as account_id,
        account_match_method,
        customer_domain,
        signup_plan,
        plan,
        created_at,
        created_on,
        paid_at,
        paid_on,
        unpaid_at,
        unpaid_on,
        paid_on is not null and unpaid_on is null as is_paid,
        is_reversed,
        {%- for days in [30, 90] %}
            coalesce(age_days >= {{ days }}, false) as is_older_than_{{ days }}_days,
            coalesce(days_to_paid <= {{ days }}, false) and not is_reversed as is_paid_within_{{ days }}_days,
        {%- endfor %}
        custom_fields
    from timed
)

select * from final
