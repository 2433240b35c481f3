-- P11: how bookings lie within a fiscal quarter, all types.
{%- set ways = ['close_date', 'system_time'] %}
with bookings as (
    select * from {{ ref('int_bookings_totalled') }}
),

{% for way in ways -%}
    by_{{ way }} as (
        select * from bookings
        where dated_by = '{{ way }}'
    ),

{% endfor -%}
final as (
    {%- for way in ways %}
        {{ kpi_rows(
            'P11', 'last_14_days_by_' ~ way, 'by_' ~ way,
            numerator='last_14_days_amount',
            denominator='won_amount',
            n='won_count'
        ) }}
        union all
        {{ kpi_rows(
            'P11', 'month_3_share_by_' ~ way, 'by_' ~ way,
            numerator='month_3_amount',
            denominator='won_amount',
            n='won_count'
        ) }}
        union all
        {{ kpi_rows(
            'P11', 'gini_by_' ~ way, 'by_' ~ way,
            denominator='13',
            value='gini',
            n='won_count'
        ) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
