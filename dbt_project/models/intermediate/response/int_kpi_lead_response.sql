-- F02: how soon inbound leads are answered by a person, by the day of arrival. Leaving out who was never answered
-- would flatter, so the headline ranks them last; touched_* shows the answered ones only, for comparison.
{%- set clocks = {
    'elapsed_minutes': 'response_minutes',
    'business_minutes': 'response_business_minutes',
    'rep_clock_minutes': 'response_minutes_since_assignment',
} %}
with responses as (
    select * from {{ ref('int_lead_responses_totalled') }}
),

final as (
    {%- for variant, measure in clocks.items() %}
        {%- for figure in ['median', 'p90'] %}
            {{ kpi_rows(
                'F02', variant ~ '_' ~ figure, 'responses',
                value=measure ~ '_' ~ figure,
                denominator='lead_count',
                n_excluded='existing_conversation_count'
            ) }}
            union all
        {%- endfor %}
    {%- endfor %}
    {%- for figure in ['median', 'p90'] %}
        {{ kpi_rows(
            'F02', 'touched_elapsed_minutes_' ~ figure, 'responses',
            value='answered_minutes_' ~ figure,
            denominator='answered_count',
            n_excluded='lead_count - answered_count + existing_conversation_count'
        ) }}
        union all
    {%- endfor %}
    {{ kpi_rows(
        'F02', 'within_sla', 'responses',
        numerator='within_sla_count',
        denominator='sla_known_count',
        n_excluded='lead_count - sla_known_count + existing_conversation_count'
    ) }}
    union all
    {{ kpi_rows(
        'F02', 'within_sla_business', 'responses',
        numerator='within_sla_business_count',
        denominator='sla_business_known_count',
        n_excluded='lead_count - sla_business_known_count + existing_conversation_count'
    ) }}
    union all
    {{ kpi_rows(
        'F02', 'untouched_share', 'responses',
        numerator='untouched_count',
        denominator='lead_count',
        n_excluded='existing_conversation_count'
    ) }}
)

select * from final
