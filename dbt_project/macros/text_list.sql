{# The values as SQL text literals, for `in (…)`; an empty list matches nothing. #}
{% macro text_list(values) -%}
    {%- for value in values -%}
        '{{ value | string | replace("'", "''") }}'{% if not loop.last %}, {% endif %}
    {%- else -%}
        null
    {%- endfor -%}
{%- endmacro %}
