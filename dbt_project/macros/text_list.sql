{#
    The values as SQL text literals, for `in (…)` and `not in (…)`; an empty list matches nothing. It is not NULL, of
    which `not in` says neither, but a character that no text has.
#}
{% macro text_list(values) -%}
    {%- for value in values -%}
        '{{ value | string | replace("'", "''") }}'{% if not loop.last %}, {% endif %}
    {%- else -%}
        chr(1)
    {%- endfor -%}
{%- endmacro %}
