{#
    A CTE with the accounts whose contacts and opportunities count no more than they do themselves.
    A merged account is not among them: its records belong to the account that it was merged into.
#}
{% macro excluded_accounts() -%}
excluded_account as (
    select account_id
    from {{ ref('canonical_account') }}
    where is_excluded and exclusion_reason <> 'merged'
)
{%- endmacro %}
