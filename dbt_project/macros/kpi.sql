{#
    One select with the rows of a KPI, in the columns that every KPI model and fct_kpi share.

    `relation` has the period and segment columns. The value is numerator over denominator, NULL on zero;
    without a denominator the numerator itself; or what `value` says (a median has no numerator). `n` is
    the number of cases: the denominator, else the numerator, unless it is given.
#}
{% macro kpi_rows(kpi_id, variant, relation, numerator=none, denominator=none, value=none, n=none, n_excluded='0') -%}
    {%- set type_sum = 'decimal(28, 4)' -%}
    select
        '{{ kpi_id }}' as kpi_id,
        '{{ variant }}' as variant,
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        cast({{ numerator or 'null' }} as {{ type_sum }}) as numerator,
        cast({{ denominator or 'null' }} as {{ type_sum }}) as denominator,
        {% if value -%}
            {{ value }}
        {%- elif denominator -%}
            {{ safe_divide(numerator, denominator) }}
        {%- else -%}
            cast({{ numerator }} as {{ type_double() }})
        {%- endif %} as value,
        {{ n or denominator or numerator }} as n,
        {{ n_excluded }} as n_excluded
    from {{ relation }}
{%- endmacro %}


{# The period columns of a state at the end of the run's day. #}
{% macro as_of_period() -%}
        'day' as period_grain,
        cast('{{ var("as_of_date") }}' as date) as period_start,
        {{ add_days("cast('" ~ var("as_of_date") ~ "' as date)", 1) }} as period_end
{%- endmacro %}


{#
    The rows of `relation` in every period that their day lies in, and once in all_time, which also
    holds rows whose day is not known. Reads the CTEs `periods` and `all_time`.
#}
{% macro placed_in_periods(relation, day) -%}
    select
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        {{ relation }}.*
    from {{ relation }}
    inner join periods
        on {{ relation }}.{{ day }} = periods.date_day
    union all
    select
        all_time.period_grain,
        all_time.period_start,
        all_time.period_end,
        {{ relation }}.*
    from {{ relation }}
    cross join all_time
{%- endmacro %}


{#
    The rows of `relation`, one a segment: by owner as of the row (its owner_id), by everything else as the
    opportunity is now. Reads the CTEs `segments` and `users`.
#}
{% macro in_segments_as_of(relation) -%}
    select
        {{ relation }}.*,
        segments.segment_type,
        segments.segment_id,
        segments.segment
    from {{ relation }}
    inner join segments
        on {{ relation }}.opportunity_id = segments.opportunity_id
    where segments.segment_type <> 'owner'
    union all
    select
        {{ relation }}.*,
        segments.segment_type,
        coalesce({{ relation }}.owner_id, '(none)') as segment_id,
        coalesce(users.user_name, {{ relation }}.owner_id, '(none)') as segment
    from {{ relation }}
    inner join segments
        on {{ relation }}.opportunity_id = segments.opportunity_id
    left join users
        on {{ relation }}.owner_id = users.user_id
    where segments.segment_type = 'owner'
{%- endmacro %}


{#
    The rows of `relation`, which are about companies, once for all of them and once a segment of their company.
    Reads the CTE `segments`, of int_company_segments.
#}
{% macro in_company_segments(relation) -%}
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        {{ relation }}.*
    from {{ relation }}
    union all
    select
        segments.segment_type,
        segments.segment_id,
        segments.segment,
        {{ relation }}.*
    from {{ relation }}
    inner join segments
        on {{ relation }}.company_id = segments.company_id
{%- endmacro %}


{#
    The CTEs `present` and `final`: one row a record of `relation` and segment type, all included. A type that no
    record has a value for is not a dimension of the company. `dimensions`: segment type → key and label.
#}
{% macro in_segments_of_its_own(relation, id, dimensions) -%}
present as (
    select
        {%- for segment_type, (key, label) in dimensions.items() %}
            count({{ key }}) > 0 as has_{{ segment_type }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ relation }}
),

final as (
    select
        {{ id }},
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment
    from {{ relation }}
    {%- for segment_type, (key, label) in dimensions.items() %}
        union all
        select
            {{ relation }}.{{ id }},
            '{{ segment_type }}' as segment_type,
            coalesce({{ relation }}.{{ key }}, '(none)') as segment_id,
            coalesce({{ label }}, '(none)') as segment
        from {{ relation }}
        cross join present
        where present.has_{{ segment_type }}
    {%- endfor %}
)
{%- endmacro %}
