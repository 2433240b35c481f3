{# The columns are never NULL: a failing row is one that lacks a value of any of them. One pass for all. #}
{% test filled(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where
    {%- for column in columns %}
        {{ column }} is null{% if not loop.last %} or{% endif %}
    {%- endfor %}
{% endtest %}
