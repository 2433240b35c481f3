-- One row a domain that tells an account: that of its website, else that of its people's addresses. Of several
-- accounts with one website the first in the CRM is told; addresses tell one only where all are with it.
with claims as (
    select * from {{ ref('int_account_domain_claims') }}
),

final as (
    select
        company_domain,
        account_id,
        domain_source
    from claims
    where place = 1
)

select * from final
