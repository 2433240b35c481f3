{#
    NULL, or one 'column=original text' part for each column whose text could not be read, joined
    by the unit separator chr(31), which no export contains. `columns` maps the canonical name of
    a column to the expression of its original text; the typed value is expected in
    `typed_<canonical name>`.
#}
{% macro unreadable_values(columns) -%}
    nullif(
        concat_ws(
            chr(31)
            {%- for column, text in columns.items() %},
            case when typed_{{ column }} is null and {{ clean_text(text) }} is not null then '{{ column }}=' || {{ text }} end
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}
