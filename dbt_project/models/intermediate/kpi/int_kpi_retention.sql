-- V03, V04, V05: what is left of the revenue and of the customers of twelve months ago.
with periods as (
    select * from {{ ref('int_account_retention_totalled') }}
),

final as (
    {%- for variant, suffix in [
        ('point_to_point', ''),
        ('strict', '_strict'),
        ('constant_currency', '_constant_currency'),
    ] %}
        {%- for kpi_id, amount in [('V03', 'gross_retained_arr'), ('V04', 'net_retained_arr')] %}
            {{ kpi_rows(
                kpi_id, variant, 'periods',
                numerator=amount ~ suffix,
                denominator='opening_arr',
                n='account_count'
            ) }}
            union all
        {%- endfor %}
    {%- endfor %}
    {{ kpi_rows('V05', 'point_to_point', 'periods', numerator='retained_count', denominator='account_count') }}
    union all
    {{ kpi_rows('V05', 'strict', 'periods', numerator='retained_strict_count', denominator='account_count') }}
)

select * from final
