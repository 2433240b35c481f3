-- Accounts on target lists, with the account of the CRM that has the domain.
with memberships as (
    select * from {{ source('resolved', 'target_account') }}
),

accounts_by_domain as (
    select * from {{ ref('int_accounts_by_domain') }}
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

final as (
    select
        memberships.target_account_id,
        memberships.source_name,
        memberships.source_record_id,
        memberships.target_list_name,
        memberships.account_domain,
        accounts_by_domain.account_id,
        memberships.tier,
        memberships.valid_from,
        memberships.valid_to,
        memberships.valid_from <= run_date.as_of_date
        and (memberships.valid_to is null or memberships.valid_to > run_date.as_of_date) as is_current
    from memberships
    cross join run_date
    left join accounts_by_domain
        on memberships.account_domain = accounts_by_domain.website_domain
)

select * from final
