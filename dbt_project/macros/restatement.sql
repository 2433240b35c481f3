{# When a figure is another one. Belongs here: comparing values of KPIs. Does not belong here: what is frozen. #}

{#
    Whether a numerator or denominator changed. A row that is missing is no different from one of nothing:
    a segment that nobody is in has no row.
#}
{% macro is_part_changed(before, after) -%}
    abs(coalesce({{ before }}, 0) - coalesce({{ after }}, 0)) > 0.00005
{%- endmacro %}


{# Whether a value changed by more than the last digits of a double; a missing one is as good as zero. #}
{% macro is_value_changed(before, after) -%}
    abs(coalesce({{ before }}, 0) - coalesce({{ after }}, 0))
    > 1e-9 * greatest(1, abs(coalesce({{ before }}, 0)), abs(coalesce({{ after }}, 0)))
{%- endmacro %}
