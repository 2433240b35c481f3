{# Reading Salesforce's own conventions; used by models/staging/salesforce only. #}

{# Hashed key of a reference to another record, 15- and 18-character ids alike. #}
{% macro salesforce_key(reference) -%}
    {{ surrogate_key('_source_name', salesforce_id(reference)) }}
{%- endmacro %}


{#
    Hashed key of a reference that may point at several objects, NULL unless it points at the one
    named. The first three characters of an id say what it is: 001 account, 003 contact, 005 user,
    006 opportunity, 00G queue, 00Q lead.
#}
{% macro salesforce_key_of(reference, prefix) -%}
    case when substr({{ clean_text(reference) }}, 1, 3) = '{{ prefix }}' then {{ salesforce_key(reference) }} end
{%- endmacro %}


{# A record may be owned by a queue, which is nobody: it then has no owner. #}
{% macro salesforce_owner_key(reference) -%}
    case when substr({{ clean_text(reference) }}, 1, 3) <> '00G' then {{ salesforce_key(reference) }} end
{%- endmacro %}


{#
    Whether a person is in a cadence of Sales Engagement that goes on. Who is only paused gets nothing. An org
    without it has neither field.
#}
{% macro salesforce_is_in_sequence() -%}
    case
        when {{ clean_text('ActionCadenceState') }} is not null
            then lower({{ clean_text('ActionCadenceState') }}) in ('initializing', 'processing', 'running')
        when {{ clean_text('ActionCadenceId') }} is not null then true
    end
{%- endmacro %}


{# A part of a compound address: the plain column, else the part of the JSON text beside it. #}
{% macro salesforce_address_part(plain_column, compound_column, key) -%}
    coalesce({{ clean_text(plain_column) }}, {{ json_text(compound_column, key) }})
{%- endmacro %}


{# The first of two columns that is not blank. #}
{% macro first_filled(column, other_column) -%}
    coalesce({{ clean_text(column) }}, {{ clean_text(other_column) }})
{%- endmacro %}


{#
    The text of a compound address that holds the only address there is and is no JSON; NULL
    otherwise. `prefix` is what the plain columns start with.
#}
{% macro unparsed_address(prefix, compound_column) -%}
    case
        when coalesce(
            {{ clean_text(prefix ~ 'Street') }},
            {{ clean_text(prefix ~ 'City') }},
            {{ clean_text(prefix ~ 'State') }},
            {{ clean_text(prefix ~ 'PostalCode') }},
            {{ clean_text(prefix ~ 'Country') }}
        ) is null then {{ clean_text(compound_column) }}
    end
{%- endmacro %}


{#
    What kind of activity a task is. What Salesforce sets itself (TaskSubtype, the call fields)
    comes before what people choose (Type) and what they type (first word of the subject).
#}
{% macro salesforce_task_type() -%}
    case
        when lower({{ clean_text('TaskSubtype') }}) in ('email', 'listemail') then 'email'
        when lower({{ clean_text('TaskSubtype') }}) = 'call' then 'call'
        when lower({{ clean_text('TaskSubtype') }}) = 'linkedin' then 'message'
        else coalesce(
            {{ salesforce_activity_type_of('Type') }},
            case when coalesce({{ clean_text('CallType') }}, {{ clean_text('CallDurationInSeconds') }}) is not null then 'call' end,
            {{ salesforce_activity_type_of_subject() }},
            'task'
        )
    end
{%- endmacro %}


{# A calendar event is a meeting unless its type says that it is a call or something else. #}
{% macro salesforce_event_type() -%}
    coalesce({{ salesforce_activity_type_of('Type') }}, 'meeting')
{%- endmacro %}


{% macro salesforce_activity_type_of(type_column) -%}
    case
        when {{ clean_text(type_column) }} is null then null
        when lower({{ clean_text(type_column) }}) in ('email', 'e-mail') then 'email'
        when lower({{ clean_text(type_column) }}) in ('call', 'phone call') then 'call'
        when lower({{ clean_text(type_column) }}) in ('meeting', 'demo', 'presentation') then 'meeting'
        when lower({{ clean_text(type_column) }}) in ('task', 'to do', 'to-do') then 'task'
        else 'other'
    end
{%- endmacro %}


{% macro salesforce_activity_type_of_subject() -%}
    case split_part(replace(lower({{ clean_text('Subject') }}), ':', ' '), ' ', 1)
        when 'email' then 'email'
        when 'e-mail' then 'email'
        when 'call' then 'call'
        when 'meeting' then 'meeting'
    end
{%- endmacro %}
