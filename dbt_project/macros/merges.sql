{# CTEs with what became of merged records. Belongs here: which record stands for another. Does not belong here: who counts. #}

{#
    A CTE with the accounts that were merged and the one that is left of them, through chains: every pass
    doubles the reach, five follow 32 merges. Accounts that were merged round in a circle have nobody left and
    are not among them. What still names a merged account, as a billing system does, belongs to that one.
#}
{% macro surviving_accounts() -%}
{%- set passes = 5 -%}
merged_account_0 as (
    select
        account_id,
        merged_into_account_id as reached_account_id
    from {{ ref('canonical_account') }}
    where exclusion_reason = 'merged' and merged_into_account_id is not null
),

{% for number in range(1, passes + 1) -%}
merged_account_{{ number }} as (
    select
        lower_part.account_id,
        coalesce(upper_part.reached_account_id, lower_part.reached_account_id) as reached_account_id
    from merged_account_{{ number - 1 }} as lower_part
    left join merged_account_{{ number - 1 }} as upper_part
        on lower_part.reached_account_id = upper_part.account_id
),

{% endfor -%}
surviving_account as (
    select
        merged.account_id,
        merged.reached_account_id as survivor_account_id
    from merged_account_{{ passes }} as merged
    left join merged_account_0 as merged_further
        on merged.reached_account_id = merged_further.account_id
    where merged_further.account_id is null
)
{%- endmacro %}
