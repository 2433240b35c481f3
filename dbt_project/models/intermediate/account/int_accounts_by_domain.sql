-- The one account of a domain. A domain that several accounts share tells none.
with accounts as (
    select
        account_id,
        website_domain
    from {{ source('resolved', 'account') }}
),

final as (
    select
        website_domain,
        min(account_id) as account_id
    from accounts
    where website_domain is not null
    group by website_domain
    having count(*) = 1
)

select * from final
