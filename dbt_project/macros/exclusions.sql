{# CTEs with what counts in no KPI. Belongs here: who is excluded. Does not belong here: in which records that shows. #}

{#
    A CTE with the accounts whose contacts and opportunities count no more than they do themselves.
    A merged account is not among them: its records belong to the account that it was merged into.
#}
{% macro excluded_accounts() -%}
excluded_account as (
    select account_id
    from {{ ref('canonical_account') }}
    where is_excluded and exclusion_reason not in ('merged', 'not_yet_known')
)
{%- endmacro %}


{#
    A CTE with the domains whose records count in no KPI, and why. A domain listed twice still gives
    one reason, and one row.
#}
{% macro excluded_domains() -%}
excluded_domain as (
    select
        lower(trim(domain)) as domain,
        min(reason) as reason
    from {{ source('config', 'excluded_domain') }}
    group by lower(trim(domain))
)
{%- endmacro %}
