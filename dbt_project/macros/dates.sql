{# Calendar months from the month of the first date to that of the second, whatever the days. #}
{% macro months_between(start_date, end_date) -%}
    (
        12 * (extract(year from {{ end_date }}) - extract(year from {{ start_date }}))
        + extract(month from {{ end_date }}) - extract(month from {{ start_date }})
    )
{%- endmacro %}
