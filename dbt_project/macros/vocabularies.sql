{# Closed vocabularies of the canonical contract. A value outside becomes 'unmapped', never another one. #}

{# omitted, pipeline, best_case, most_likely, commit, closed. Salesforce names commit 'Forecast'. #}
{% macro forecast_category(text) -%}
    case lower(replace(replace({{ clean_text(text) }}, ' ', ''), '_', ''))
        when 'omitted' then 'omitted'
        when 'pipeline' then 'pipeline'
        when 'bestcase' then 'best_case'
        when 'mostlikely' then 'most_likely'
        when 'commit' then 'commit'
        when 'forecast' then 'commit'
        when 'closed' then 'closed'
        else case when {{ clean_text(text) }} is not null then 'unmapped' end
    end
{%- endmacro %}


{# email, call, meeting, message (by a social network or a chat), task, other. A blank is 'other'. #}
{% macro activity_type(text) -%}
    case
        when {{ clean_text(text) }} is null then 'other'
        when lower({{ clean_text(text) }}) in ('email', 'call', 'meeting', 'message', 'task', 'other') then lower({{ clean_text(text) }})
        else 'unmapped'
    end
{%- endmacro %}


{# sent, delivered, soft_bounced, hard_bounced, opened, clicked, unsubscribed, complained. #}
{% macro email_event_type(text) -%}
    case
        when lower({{ clean_text(text) }}) in (
            'sent', 'delivered', 'soft_bounced', 'hard_bounced', 'opened', 'clicked', 'unsubscribed', 'complained'
        ) then lower({{ clean_text(text) }})
        else 'unmapped'
    end
{%- endmacro %}


{# inbound, outbound; NULL where nothing is said. Vendors name the direction of a mail by what the mail is. #}
{% macro activity_direction(text) -%}
    case
        when lower({{ clean_text(text) }}) in ('inbound', 'incoming', 'incoming_email') then 'inbound'
        when lower({{ clean_text(text) }}) in ('outbound', 'outgoing', 'email', 'forwarded_email') then 'outbound'
        when {{ clean_text(text) }} is not null then 'unmapped'
    end
{%- endmacro %}


{# positive, neutral, negative, auto, bounce, opt_out. #}
{% macro reply_kind(text) -%}
    {{ closed_vocabulary(text, ['positive', 'neutral', 'negative', 'auto', 'bounce', 'opt_out']) }}
{%- endmacro %}


{# held, no_show, cancelled, rescheduled; blanks stand for underscores, and both ways to spell the third are read. #}
{% macro meeting_outcome(text) -%}
    case replace(replace(lower({{ clean_text(text) }}), ' ', '_'), '-', '_')
        when 'held' then 'held'
        when 'no_show' then 'no_show'
        when 'cancelled' then 'cancelled'
        when 'canceled' then 'cancelled'
        when 'rescheduled' then 'rescheduled'
        else case when {{ clean_text(text) }} is not null then 'unmapped' end
    end
{%- endmacro %}


{# inbound, outbound; of an opportunity also customer, whose deals nobody has to prospect for. #}
{% macro sales_motion(text) -%}
    {{ closed_vocabulary(text, ['inbound', 'outbound', 'customer']) }}
{%- endmacro %}


{# accepted, rejected; NULL while nobody has answered. #}
{% macro hand_off_decision(text) -%}
    {{ closed_vocabulary(text, ['accepted', 'rejected']) }}
{%- endmacro %}


{#
    finished (all its steps are done), replied, meeting, bounced, opted_out; NULL where nothing is said, as while it
    goes on. Blanks and hyphens stand for underscores.
#}
{% macro sequence_exit_reason(text) -%}
    case
        when replace(replace(lower({{ clean_text(text) }}), ' ', '_'), '-', '_') in (
            'finished', 'replied', 'meeting', 'bounced', 'opted_out'
        ) then replace(replace(lower({{ clean_text(text) }}), ' ', '_'), '-', '_')
        when {{ clean_text(text) }} is not null then 'unmapped'
    end
{%- endmacro %}


{# One of the values in lower case; NULL where there is nothing. #}
{% macro closed_vocabulary(text, values) -%}
    case
        when lower({{ clean_text(text) }}) in ({{ text_list(values) }}) then lower({{ clean_text(text) }})
        when {{ clean_text(text) }} is not null then 'unmapped'
    end
{%- endmacro %}


{% macro sales_role(text) -%}
    {{ closed_vocabulary(text, [
        'sales_development_representative', 'account_executive', 'account_manager', 'customer_success_manager',
        'sales_engineer', 'manager', 'marketing', 'operations', 'executive', 'other'
    ]) }}
{%- endmacro %}


{% macro quota_metric(text) -%}
    {{ closed_vocabulary(text, ['bookings', 'qualified_opportunities']) }}
{%- endmacro %}


{% macro cost_bucket(text) -%}
    {{ closed_vocabulary(text, ['acquisition', 'retention', 'cost_of_revenue', 'other']) }}
{%- endmacro %}


{% macro survey_kind(text) -%}
    {{ closed_vocabulary(text, ['relational', 'transactional']) }}
{%- endmacro %}


{#
    Which attribute of an opportunity a tracked field is: stage, amount, close_date or owner; NULL for any
    other. Vendors spell the same field differently, so case, blanks and underscores do not count.
#}
{% macro opportunity_attribute(field_name) -%}
    case lower(replace(replace({{ clean_text(field_name) }}, ' ', ''), '_', ''))
        when 'stage' then 'stage'
        when 'stagename' then 'stage'
        when 'dealstage' then 'stage'
        when 'amount' then 'amount'
        when 'closedate' then 'close_date'
        when 'owner' then 'owner'
        when 'ownerid' then 'owner'
        when 'hubspotownerid' then 'owner'
    end
{%- endmacro %}
