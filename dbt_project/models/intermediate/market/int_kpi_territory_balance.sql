-- R03: how unevenly the serviceable market lies over the territories, by companies and by their employees. A
-- company belongs to the one territory of its region and segment, so that those the CRM lacks count too.
with market as (
    select
        region,
        account_segment,
        employee_count
    from {{ ref('int_market_accounts_prepared') }}
    where is_current and is_serviceable
),

territories as (
    select
        region,
        account_segment,
        min(territory_id) as territory_id
    from {{ source('resolved', 'territory') }}
    group by
        region,
        account_segment
    having count(*) = 1
),

potentials as (
    select
        territories.territory_id,
        count(*) as account_count,
        sum(market.employee_count) as employee_count
    from market
    inner join territories
        on
            market.region = territories.region
            and market.account_segment = territories.account_segment
    group by territories.territory_id
),

spread as (
    select
        count(*) as territory_count,
        {%- for measure in ['account_count', 'employee_count'] %}
            stddev_samp(cast({{ measure }} as {{ type_double() }})) as {{ measure }}_deviation,
            avg(cast({{ measure }} as {{ type_double() }})) as {{ measure }}_mean{% if not loop.last %},{% endif %}
        {%- endfor %}
    from potentials
),

totals as (
    select
        {{ as_of_period() }},
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        spread.*
    from spread
    where territory_count > 0
),

final as (
    {%- for variant, measure in {'accounts': 'account_count', 'employees': 'employee_count'}.items() %}
        {{ kpi_rows(
            'R03', variant, 'totals',
            numerator=measure ~ '_deviation',
            denominator=measure ~ '_mean',
            n='territory_count'
        ) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
