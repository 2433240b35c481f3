-- One row a company and segment type that account-based KPIs are cut by.
with companies as (
    select
        company_id,
        account_segment
    from {{ ref('int_companies') }}
),

present as (
    select count(account_segment) > 0 as has_account_segment
    from companies
),

final as (
    select
        companies.company_id,
        'account_segment' as segment_type,
        coalesce(companies.account_segment, '(none)') as segment_id,
        coalesce(companies.account_segment, '(none)') as segment
    from companies
    cross join present
    where present.has_account_segment
)

select * from final
