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


{# email, call, meeting, task, other. A blank is 'other'. #}
{% macro activity_type(text) -%}
    case
        when {{ clean_text(text) }} is null then 'other'
        when lower({{ clean_text(text) }}) in ('email', 'call', 'meeting', 'task', 'other') then lower({{ clean_text(text) }})
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
