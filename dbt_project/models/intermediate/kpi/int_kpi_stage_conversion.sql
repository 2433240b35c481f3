-- F03 from step to step: cohorts by the day of entry, old enough ones only. The ratio of what came and went in one
-- period is published under a name of its own, since it misleads.
{%- set steps = {
    'inquiry': 'inquiry_to_marketing_qualified',
    'marketing_qualified': 'marketing_qualified_to_sales_accepted',
    'sales_accepted': 'sales_accepted_to_opportunity',
    'opportunity': 'opportunity_to_won',
} %}
with totals as (
    select * from {{ ref('int_stage_conversions_totalled') }}
),

{% for step in steps %}
    {{ step }} as (
        select * from totals
        where step = '{{ step }}'
    ),

    {{ step }}_cohorts as (
        select * from {{ step }}
        where entered_count > 0
    ),

{% endfor %}
final as (
    {%- for step, variant in steps.items() %}
        {{ kpi_rows(
            'F03', variant, step ~ '_cohorts',
            numerator='gone_on_count',
            denominator='mature_count',
            n_excluded='young_count'
        ) }}
        {%- if step != 'opportunity' %}
            union all
            {{ kpi_rows(
                'F03', 'throughput_ratio_' ~ variant, step,
                numerator='entered_next_count',
                denominator='entered_count'
            ) }}
        {%- endif %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
