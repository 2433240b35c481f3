-- V18: how many more promoters than detractors there are among those who answered, and how many answer.
with
{%- for kind in ['relational', 'transactional'] %}
    {{ kind }} as (
        select * from {{ ref('int_survey_responses_totalled') }}
        where survey_kind = '{{ kind }}'
    ),
{% endfor %}
final as (
    {%- for kind in ['relational', 'transactional'] %}
        {{ kpi_rows(
            'V18', kind, kind,
            numerator='100 * (promoter_count - detractor_count)',
            denominator='counted_count',
            n_excluded='not_counted_count'
        ) }}
        union all
        {{ kpi_rows(
            'V18', 'response_rate_' ~ kind, kind,
            numerator='answered_count',
            denominator='request_count'
        ) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
