{%- set called_at = first_filled('timestamp', 'receivedAt') -%}

-- Every call tells some traits of a workspace as they were from then on. The plan's calls are its
-- history: paid from the first call with a plan that is paid for.
with source as (
    select * from {{ source('raw_segment', 'groups') }}
),

settings as (
    select * from {{ source('config', 'source') }}
),

calls as (
    select
        source.*,
        settings.crm_source_name,
        settings.crm_source_type,
        {{ clean_text('groupId') }} as workspace_key,
        {{ parse_timestamp(called_at) }} as called_at,
        {{ json_text('traits', 'name') }} as workspace_name,
        {{ json_text('traits', 'plan') }} as plan,
        coalesce(
            {{ email_domain(json_text('traits', 'domain')) }},
            {{ website_domain(json_text('traits', 'domain')) }}
        ) as customer_domain,
        {{ json_text('traits', 'crm_account_id') }} as crm_account_id,
        coalesce({{ json_text('traits', 'created_at') }}, {{ json_text('traits', 'createdAt') }}) as created_text
    from source
    left join settings
        on source._source_name = settings.source_name
),

typed as (
    select
        *,
        {{ parse_timestamp('created_text') }} as typed_created_at,
        plan is not null and lower(plan) not in ({{ text_list(var('unpaid_plans')) }}) as is_paid,
        plan is not null and lower(plan) in ({{ text_list(var('unpaid_plans')) }}) as is_unpaid,
        {{ crm_key('crm_account_id') }} as account_id
    from calls
),

first_paid as (
    select
        _source_name,
        workspace_key,
        min(called_at) as paid_at
    from typed
    where is_paid
    group by
        _source_name,
        workspace_key
),

described as (
    select
        typed._source_name,
        typed.workspace_key,
        {{ latest_filled('typed.workspace_name', 'typed.called_at', 'typed._record_id') }} as workspace_name,
        {{ latest_filled('typed.account_id', 'typed.called_at', 'typed._record_id') }} as account_id,
        {{ latest_filled('typed.customer_domain', 'typed.called_at', 'typed._record_id') }} as customer_domain,
        {{ earliest_filled('typed.plan', 'typed.called_at', 'typed._record_id') }} as signup_plan,
        {{ latest_filled('typed.plan', 'typed.called_at', 'typed._record_id') }} as plan,
        {{ latest_filled('typed._custom_fields', 'typed.called_at', 'typed._record_id') }} as custom_fields,
        coalesce(min(typed.typed_created_at), min(typed.called_at)) as created_at,
        max(typed.called_at) as modified_at,
        min(first_paid.paid_at) as paid_at,
        min(typed.called_at) filter (
            where typed.is_unpaid and typed.called_at > first_paid.paid_at
        ) as unpaid_at,
        max(
            case
                when typed.typed_created_at is null and typed.created_text is not null
                    then 'created_at=' || typed.created_text
            end
        ) as unreadable_values
    from typed
    left join first_paid
        on typed._source_name = first_paid._source_name and typed.workspace_key = first_paid.workspace_key
    group by
        typed._source_name,
        typed.workspace_key
),

final as (
    select
        {{ surrogate_key('_source_name', 'workspace_key') }} as workspace_id,
        _source_name as source_name,
        workspace_key as source_record_id,
        workspace_name,
        account_id,
        customer_domain,
        signup_plan,
        plan,
        created_at,
        paid_at,
        unpaid_at,
        modified_at,
        false as is_deleted,
        unreadable_values,
        custom_fields
    from described
)

select * from final
