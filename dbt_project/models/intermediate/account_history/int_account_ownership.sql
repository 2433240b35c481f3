{{ config(materialized='table') }}

-- One row an account, role (its owner, and who of sales development prospects it) and span of time in which one user
-- had it, half-open, without a gap. The vendor's history of the field tells best, else the versions that nights saw,
-- else it was today's owner's all along. An account whose creation nobody tells was always there.
{%- set roles = {'owner_id': 'owner', 'sales_development_owner_id': 'sales_development'} %}
with accounts as (
    select * from {{ source('resolved', 'account') }}
),

records as (
    {%- for column, role in roles.items() %}
        select
            account_id,
            '{{ role }}' as ownership_role,
            {{ column }} as user_id,
            coalesce(created_at, cast('1900-01-01 00:00:00+00' as timestamp with time zone)) as created_at,
            modified_at
        from accounts
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

{{ user_references() }},

{{ owner_changes_recorded('account_history', 'account_id', roles, role_key='ownership_role') }},

version_owners as (
    {%- for column, role in roles.items() %}
        select
            account_id,
            '{{ role }}' as ownership_role,
            modified_at as changed_at,
            account_version_id as change_key,
            {{ column }} as new_user_id,
            lag({{ column }}) over (
                partition by account_id order by modified_at, known_on, account_version_id
            ) as old_user_id,
            row_number() over (
                partition by account_id order by modified_at, known_on, account_version_id
            ) as version_number
        from {{ ref('int_account_versions') }}
        where known_on <= cast('{{ var("as_of_date") }}' as date)
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

witnesses as (
    select * from field_changes
    union all
    select
        account_id,
        ownership_role,
        2 as witness_rank,
        'version' as witness,
        changed_at,
        change_key,
        old_user_id,
        new_user_id
    from version_owners
    where version_number > 1 and old_user_id is distinct from new_user_id
),

{{ owner_spans(['account_id', 'ownership_role']) }},

-- Where a source tells who of sales development prospects an account, that is who gets the credit for it.
prospected as (
    select
        source_name,
        case when count(sales_development_owner_id) > 0 then 'sales_development' else 'owner' end as ownership_role
    from accounts
    group by source_name
),

final as (
    select
        owner_spans.account_id,
        accounts.source_name,
        owner_spans.ownership_role,
        owner_spans.user_id,
        owner_spans.valid_from_at,
        owner_spans.valid_to_at,
        owner_spans.is_first,
        owner_spans.owner_source,
        owner_spans.ownership_role = prospected.ownership_role as is_prospecting
    from owner_spans
    inner join accounts
        on owner_spans.account_id = accounts.account_id
    inner join prospected
        on accounts.source_name = prospected.source_name
)

select * from final
