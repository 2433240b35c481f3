{# Reading HubSpot's own conventions; used by models/staging/hubspot only. #}

{# Hashed key of a reference to another object. #}
{% macro hubspot_key(reference) -%}
    {{ surrogate_key('_source_name', reference) }}
{%- endmacro %}


{# An instant: ISO with a Z, or milliseconds since 1970 as older interfaces and imports have it. #}
{% macro hubspot_timestamp(text) -%}
    coalesce({{ timestamp_of_milliseconds(text) }}, {{ parse_timestamp(text) }})
{%- endmacro %}


{#
    A calendar day. HubSpot keeps a day as UTC midnight of that day, as ISO text or milliseconds since
    1970: its UTC date is the day, which is never shifted.
#}
{% macro hubspot_date(text) -%}
    coalesce({{ business_date(timestamp_of_milliseconds(text), "'UTC'") }}, {{ parse_date(text) }})
{%- endmacro %}


{# The day on which something happened, in the reporting time zone: HubSpot itself keeps instants only. #}
{% macro hubspot_day_of(text) -%}
    {{ business_date(hubspot_timestamp(text)) }}
{%- endmacro %}


{#
    Id of the associated object of a kind, such as 'companies': the primary one, whose type is named, else
    the first.
#}
{% macro hubspot_associated_id(objects, type='') -%}
    {{ json_id_of_type('associations', '$.' ~ objects ~ '.results', type) }}
{%- endmacro %}


{# OMIT, PIPELINE, BEST_CASE, MOST_LIKELY, COMMIT, CLOSED in the words of the canonical contract. #}
{% macro hubspot_forecast_category(text) -%}
    case upper({{ clean_text(text) }}) when 'OMIT' then 'omitted' else {{ forecast_category(text) }} end
{%- endmacro %}


{#
    Values that properties of an object had, as the common table expression `values_of`: one row a value, with
    its record, the property, whether it is the first, the value before, when and by whom it was set.
    Reads `source`; `owners` says which owner a user is.
#}
{% macro hubspot_value_history(properties) -%}
    entries as (
        {%- for property in properties %}
        select
            _source_name,
            _record_id,
            '{{ property }}' as property_name,
            {{ unnest_json_list('"propertiesWithHistory"', '$.' ~ property) }} as entry
        from source
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ),

    read_entries as (
        select
            _source_name,
            _record_id,
            property_name,
            {{ json_text('entry', 'value') }} as new_value,
            {{ json_text('entry', 'timestamp') }} as changed_at_text,
            {{ json_text('entry', 'updatedByUserId') }} as user_id
        from entries
    ),

    dated_entries as (
        select
            *,
            coalesce(
                {{ timestamp_of_milliseconds('changed_at_text') }}, {{ parse_timestamp('changed_at_text', "'ymd'", "'UTC'") }}
            ) as changed_at
        from read_entries
    ),

    values_of as (
        select
            dated_entries.*,
            lag(dated_entries.new_value) over record_values as old_value,
            row_number() over record_values as place,
            owners.owner_id as changed_by_owner_id
        from dated_entries
        left join owners
            on dated_entries._source_name = owners._source_name and dated_entries.user_id = owners.user_id
        window
            record_values as (
                partition by dated_entries._source_name, dated_entries._record_id, dated_entries.property_name
                order by dated_entries.changed_at, dated_entries.changed_at_text, dated_entries.new_value
            )
    )
{%- endmacro %}


{# Which owner a user is, as the common table expression `owners`. #}
{% macro hubspot_owners() -%}
    owners as (
        select
            _source_name,
            {{ clean_text('"userId"') }} as user_id,
            min({{ clean_text('_record_id') }}) as owner_id
        from {{ source('raw_hubspot', 'owner') }}
        where {{ clean_text('"userId"') }} is not null
        group by _source_name, {{ clean_text('"userId"') }}
    )
{%- endmacro %}


{#
    Into which object another was merged, as the common table expression `merged`. The survivor names those
    that were merged into it.
#}
{% macro hubspot_merged() -%}
    merged_parts as (
        select
            _source_name,
            _record_id as survivor_id,
            {{ unnest_parts('hs_merged_object_ids', ';') }} as merged_id
        from source
        where hs_merged_object_ids is not null
    ),

    merged as (
        select
            _source_name,
            merged_id,
            min(survivor_id) as survivor_id
        from merged_parts
        where merged_id <> survivor_id
        group by _source_name, merged_id
    )
{%- endmacro %}


{# Whether the contact ever was a lead. #}
{% macro hubspot_was_lead() -%}
    {{ clean_text('hs_v2_date_entered_lead') }} is not null
{%- endmacro %}


{# Whether sales has the contact as one: converted from a lead, or entered directly. A subscriber only gets mails. #}
{% macro hubspot_is_contact() -%}
    (
        {{ clean_text('hs_v2_date_entered_opportunity') }} is not null
        or (
            {{ clean_text('hs_v2_date_entered_lead') }} is null
            and coalesce(lower({{ clean_text('lifecyclestage') }}), '') <> 'subscriber'
        )
    )
{%- endmacro %}


{# Since when sales has the contact as one, as text. #}
{% macro hubspot_contact_since() -%}
    coalesce(
        {{ clean_text('source.hs_v2_date_entered_opportunity') }},
        {{ clean_text('source.createdate') }},
        {{ clean_text('source."createdAt"') }}
    )
{%- endmacro %}


{# The primary company of a contact: its property, else the association. #}
{% macro hubspot_company_id() -%}
    coalesce({{ clean_text('associatedcompanyid') }}, {{ hubspot_associated_id('companies', 'contact_to_company') }})
{%- endmacro %}


{# Names of the stages of all pipelines, as the common table expression `stages`. #}
{% macro hubspot_deal_stages() -%}
    stage_entries as (
        select
            _source_name,
            {{ clean_text('_record_id') }} as pipeline_id,
            {{ unnest_json_list('stages', '$') }} as entry
        from {{ source('raw_hubspot', 'deal_pipeline') }}
    ),

    stages as (
        select
            _source_name,
            pipeline_id,
            {{ json_text('entry', 'id') }} as stage_id,
            min({{ json_text('entry', 'label') }}) as stage
        from stage_entries
        group by _source_name, pipeline_id, {{ json_text('entry', 'id') }}
    )
{%- endmacro %}


{# HubSpot keeps no expected revenue of its own beside amount and probability. #}
{% macro hubspot_expected_revenue(amount, probability) -%}
    cast({{ amount }} * cast({{ probability }} as decimal(9, 6)) as decimal(18, 2))
{%- endmacro %}


{# A calendar day out of a history, which has no columns of the source beside it. #}
{% macro hubspot_date_of_history(text) -%}
    coalesce({{ business_date(timestamp_of_milliseconds(text), "'UTC'") }}, {{ parse_date(text, "'ymd'") }})
{%- endmacro %}


{# Whether the type of an association between deal and contact is a label that says who the contact is. #}
{% macro hubspot_is_role(label) -%}
    coalesce({{ label }} not in ('deal_to_contact', 'primary_contact'), false)
{%- endmacro %}


{# Name of the primary team in an owner's list of teams. #}
{% macro hubspot_primary_team(teams) -%}
    {{ json_text_where(teams, '$', 'primary', 'true', 'name') }}
{%- endmacro %}


{# What a mail event stands for; a mail that is only put off counts as a soft bounce, as one to a full mailbox does. #}
{% macro hubspot_email_event_type() -%}
    case upper({{ clean_text('type') }})
        when 'SENT' then 'sent'
        when 'DELIVERED' then 'delivered'
        when 'DEFERRED' then 'soft_bounced'
        when 'BOUNCE'
            then case
                when upper({{ clean_text('category') }}) in ('MAILBOX_FULL', 'TEMPORARY_PROBLEM', 'THROTTLED', 'GREYLISTING', 'TIMEOUT')
                    then 'soft_bounced'
                else 'hard_bounced'
            end
        when 'OPEN' then 'opened'
        when 'CLICK' then 'clicked'
        when 'SPAMREPORT' then 'complained'
        when 'STATUSCHANGE'
            then case when upper({{ clean_text('"portalSubscriptionStatus"') }}) = 'UNSUBSCRIBED' then 'unsubscribed' else 'unmapped' end
        else 'unmapped'
    end
{%- endmacro %}


{# Whether a mail event says what became of a mail; others are about HubSpot's own handling. #}
{% macro hubspot_is_mail_event() -%}
    (
        upper({{ clean_text('type') }}) in ('SENT', 'DELIVERED', 'DEFERRED', 'BOUNCE', 'OPEN', 'CLICK', 'SPAMREPORT')
        or upper({{ clean_text('"portalSubscriptionStatus"') }}) = 'UNSUBSCRIBED'
    )
{%- endmacro %}


{#
    Activities with what they have in common, as the common table expressions `source`, `people`, `typed` and
    `related`. An activity is with a contact where the person is one by now, else with the lead. `typed_columns`
    are the activity's own: name → SQL, in `typed_<name>`.
#}
{% macro hubspot_activities(table, typed_columns) -%}
    source as (
        select * from {{ source('raw_hubspot', table) }}
    ),

    people as (
        select
            _source_name,
            _record_id as person_id,
            {{ hubspot_was_lead() }} as was_lead,
            {{ hubspot_is_contact() }} as is_contact
        from {{ source('raw_hubspot', 'contact') }}
    ),

    typed as (
        select
            source.*,
            {{ hubspot_associated_id('contacts') }} as person_id,
            {{ hubspot_associated_id('companies') }} as company_id,
            {{ hubspot_associated_id('deals') }} as deal_id,
            {{ hubspot_timestamp('hs_timestamp') }} as typed_happened_at,
            {{ hubspot_timestamp(first_filled('hs_createdate', '"createdAt"')) }} as typed_created_at,
            {{ hubspot_timestamp(first_filled('hs_lastmodifieddate', '"updatedAt"')) }} as typed_modified_at,
            {{ parse_boolean('archived', blank=false) }} as typed_is_deleted,
            {{ parse_boolean('is_automated') }} as typed_is_automated,
            {{ parse_boolean('is_personalised') }} as typed_is_personalised,
            {{ parse_integer('sequence_step') }} as typed_sequence_step_number
            {%- for name, sql in typed_columns.items() %},
            {{ sql }} as typed_{{ name }}
            {%- endfor %}
        from source
    ),

    related as (
        select
            typed.*,
            case when people.was_lead and not people.is_contact then typed.person_id end as lead_record_id,
            case
                when people.is_contact or people.person_id is null then typed.person_id
            end as contact_record_id
        from typed
        left join people
            on typed._source_name = people._source_name and typed.person_id = people.person_id
    )
{%- endmacro %}


{# Whether an activity at that instant has taken place by the run's day. #}
{% macro hubspot_is_past(instant) -%}
    {{ business_date(instant) }} <= cast('{{ var("as_of_date") }}' as date)
{%- endmacro %}


{# COMPLETED, NO_SHOW, CANCELED, RESCHEDULED in the words of the canonical contract; SCHEDULED is no outcome. #}
{% macro hubspot_meeting_outcome(text) -%}
    case upper({{ clean_text(text) }})
        when 'SCHEDULED' then null
        when 'COMPLETED' then 'held'
        else {{ meeting_outcome(text) }}
    end
{%- endmacro %}
