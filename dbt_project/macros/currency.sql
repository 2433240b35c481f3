{# An amount in the reporting currency, rounded to cents by itself; NULL without a rate. #}
{% macro converted_amount(amount, rate_to_reporting) -%}
    cast(cast({{ amount }} * {{ rate_to_reporting }} as decimal(38, 10)) as decimal(18, 2))
{%- endmacro %}
