{%- set original_texts = {
    'signed_on': 'ContractEffectiveDate',
    'started_on': first_filled('ServiceActivationDate', 'SubscriptionStartDate'),
    'term_months': first_filled('CurrentTerm', 'InitialTerm'),
    'term_started_on': 'TermStartDate',
    'term_ends_on': 'TermEndDate',
    'cancel_notice_on': 'CancellationNoticeDate__c',
    'ended_on': 'ended_text',
    'is_auto_renewed': 'AutoRenew',
    'created_at': 'CreatedDate',
    'modified_at': 'UpdatedDate',
} -%}

with subscriptions as (
    select
        *,
        -- A term that ran out without renewal ends the service; one that goes on has an end in sight only.
        case
            when {{ clean_text('CancelledDate') }} is not null then {{ clean_text('CancelledDate') }}
            when lower({{ clean_text('Status') }}) in ('expired', 'cancelled', 'canceled')
                then {{ clean_text('SubscriptionEndDate') }}
        end as ended_text
    from {{ source('raw_zuora', 'subscription') }}
),

billing_accounts as (
    select * from {{ source('raw_zuora', 'account') }}
),

settings as (
    select * from {{ source('config', 'source') }}
),

source as (
    select
        subscriptions.*,
        {{ clean_text('billing_accounts.CrmId') }} as crm_account_id,
        {{ clean_text('billing_accounts.Currency') }} as billing_currency,
        settings.crm_source_name,
        settings.crm_source_type
    from subscriptions
    left join billing_accounts
        on
            subscriptions._source_name = billing_accounts._source_name
            and {{ clean_text('subscriptions.AccountId') }} = billing_accounts._record_id
    left join settings
        on subscriptions._source_name = settings.source_name
),

typed as (
    select
        source.*,
        {{ parse_date('ContractEffectiveDate') }} as typed_signed_on,
        {{ parse_date(first_filled('ServiceActivationDate', 'SubscriptionStartDate')) }} as typed_started_on,
        {{ parse_integer(first_filled('CurrentTerm', 'InitialTerm')) }} as typed_term_months,
        {{ parse_date('TermStartDate') }} as typed_term_started_on,
        {{ parse_date('TermEndDate') }} as typed_term_ends_on,
        {{ parse_date('CancellationNoticeDate__c') }} as typed_cancel_notice_on,
        {{ parse_date('ended_text') }} as typed_ended_on,
        {{ parse_boolean('AutoRenew') }} as typed_is_auto_renewed,
        {{ parse_timestamp('CreatedDate') }} as typed_created_at,
        {{ parse_timestamp('UpdatedDate') }} as typed_modified_at
    from source
),

final as (
    select
        {{ surrogate_key('_source_name', '_record_id') }} as subscription_id,
        _source_name as source_name,
        {{ clean_text('_record_id') }} as source_record_id,
        {{ clean_text('Name') }} as subscription_name,
        {{ crm_key('crm_account_id') }} as account_id,
        {{ surrogate_key('_source_name', 'AccountId') }} as billing_account_id,
        {{ crm_key('OpportunityId__QT') }} as opportunity_id,
        {{ clean_text('Status') }} as status,
        upper({{ clean_text('billing_currency') }}) as currency_code,
        typed_signed_on as signed_on,
        typed_started_on as started_on,
        cast(typed_term_months as integer) as term_months,
        typed_term_started_on as term_started_on,
        typed_term_ends_on as term_ends_on,
        typed_cancel_notice_on as cancel_notice_on,
        typed_ended_on as ended_on,
        typed_is_auto_renewed as is_auto_renewed,
        typed_created_at as created_at,
        typed_modified_at as modified_at,
        coalesce(_is_absent, false) as is_deleted,
        {{ unreadable_values(original_texts) }} as unreadable_values,
        _custom_fields as custom_fields
    from typed
)

select * from final
