{# An amount in the reporting currency, rounded to cents by itself; NULL without a rate. #}
{% macro converted_amount(amount, rate_to_reporting) -%}
    cast({{ unrounded_amount(amount, rate_to_reporting) }} as decimal(18, 2))
{%- endmacro %}


{#
    The same, not rounded. The product of two decimals of 18 digits is held in 18 digits, too few for a hundred
    million: the amount is made wider before.
#}
{% macro unrounded_amount(amount, rate_to_reporting) -%}
    cast(cast({{ amount }} as decimal(28, 2)) * {{ rate_to_reporting }} as decimal(38, 10))
{%- endmacro %}
