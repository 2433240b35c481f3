{{ config(materialized='table') }}

-- The time machine: what an opportunity looked like from one instant to the next. Every value tells beside
-- it what it rests on.
{%- set attributes = {
    'stage': dbt.type_string(),
    'amount_original': 'decimal(18, 2)',
    'close_date': 'date',
    'owner_id': dbt.type_string(),
    'probability': type_double(),
    'forecast_category': dbt.type_string(),
} %}
{%- set names = {'amount_original': 'amount', 'owner_id': 'owner'} %}
with known_values as (
    select * from {{ ref('int_opportunity_known_values') }}
),

-- Of several values set at one instant the last one holds.
last_of_instants as (
    select
        *,
        row_number() over (
            partition by opportunity_id, attribute, effective_at order by position desc
        ) as position_from_end
    from known_values
),

instants as (
    select
        opportunity_id,
        effective_at,
        {%- for column in attributes %}
            {%- set attribute = names.get(column, column) %}
            count(*) filter (where attribute = '{{ attribute }}') as {{ column }}_points,
            max(case when attribute = '{{ attribute }}' then new_value end) as {{ column }},
            max(case when attribute = '{{ attribute }}' then value_source end) as {{ column }}_source
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from last_of_instants
    where position_from_end = 1
    group by
        opportunity_id,
        effective_at
),

numbered as (
    select
        *,
        {%- for column in attributes %}
            sum({{ column }}_points) over so_far as {{ column }}_number{% if not loop.last %},{% endif %}
        {%- endfor %}
    from instants
    window so_far as (partition by opportunity_id order by effective_at rows unbounded preceding)
),

-- What an instant leaves alone is as the last one before it left it.
filled as (
    select
        opportunity_id,
        effective_at,
        {%- for column in attributes %}
            {%- for part in [column, column ~ '_source'] %}
                max({{ part }}) over (partition by opportunity_id, {{ column }}_number) as {{ part }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from numbered
),

printed as (
    select
        *,
        {{ attributes.keys() | join("_source || ' '
        || ") }}_source as all_sources,
        {{ fingerprint(attributes.keys() | list) }} as values_fingerprint
    from filled
),

changed as (
    select
        *,
        lag(values_fingerprint) over (partition by opportunity_id order by effective_at) as previous_fingerprint
    from printed
),

final as (
    select
        opportunity_id,
        cast(
            row_number() over (partition by opportunity_id order by effective_at) as integer
        ) as period_number,
        effective_at as valid_from,
        lead(effective_at) over (partition by opportunity_id order by effective_at) as valid_to,
        {{ business_date('effective_at') }} as valid_from_on,
        {{ business_date('lead(effective_at) over (partition by opportunity_id order by effective_at)') }}
            as valid_to_on,
        {%- for column, data_type in attributes.items() %}
            cast({{ column }} as {{ data_type }}) as {{ column }},
            {{ column }}_source,
        {%- endfor %}
        case
            when
                all_sources like '%creation%'
                or all_sources like '%close_date%'
                or all_sources like '%last_modification%'
                then 'record'
            when all_sources like '%version%' then 'version'
            else 'history'
        end as weakest_source
    from changed
    where previous_fingerprint is null or previous_fingerprint <> values_fingerprint
)

select * from final
