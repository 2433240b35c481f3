{#
    What an opportunity is worth and how likely it is, now or on an earlier day: shared by the models of the
    present and of the past, so that both mean the same.
#}

{# Units of the reporting currency for one of the record's; `rates` is the joined row of int_currency_rates_bounded. #}
{% macro rate_of_opportunity(currency_code, rates='rates') -%}
    case
        when
            coalesce({{ currency_code }}, '{{ var("reporting_currency") }}') = '{{ var("reporting_currency") }}'
            then cast(1 as decimal(18, 8))
        else {{ rates }}.rate_to_reporting
    end
{%- endmacro %}


{# A probability outside 0..1 is no probability; the gate reports it. Then the stage's, then the state's. #}
{% macro probability_of_opportunity(probability, stage_default_probability, state) -%}
    case
        when {{ probability }} between 0 and 1 then {{ probability }}
        when {{ stage_default_probability }} is not null then {{ stage_default_probability }}
        when {{ state }} = 'won' then 1
        when {{ state }} = 'lost' then 0
    end
{%- endmacro %}


{# Whether a tracked field of an opportunity counts the filled fields of the qualification framework. #}
{% macro is_qualification_field(field_name) -%}
    replace(lower({{ field_name }}), '_', '') in (
        'qualificationfields', 'qualificationfieldsc', 'qualificationfieldcount', 'qualificationfieldcountc'
    )
{%- endmacro %}


{# Which of the three it is. #}
{% macro probability_source_of_opportunity(probability, stage_default_probability, state) -%}
    case
        when {{ probability }} between 0 and 1 then 'crm'
        when {{ stage_default_probability }} is not null then 'stage_default'
        when {{ state }} in ('won', 'lost') then 'state'
        else 'unknown'
    end
{%- endmacro %}


{# NULL without an amount or a probability. #}
{% macro weighted_amount_of_opportunity(amount, probability) -%}
    cast({{ amount }} * cast({{ probability }} as decimal(9, 6)) as decimal(18, 2))
{%- endmacro %}
