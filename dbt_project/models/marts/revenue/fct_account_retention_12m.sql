with retention as (
    select * from {{ ref('int_account_retention') }}
),

final as (
    select
        {{ surrogate_key('customer_id', "cast(month_start as " ~ dbt.type_string() ~ ")") }} as account_retention_id,
        customer_id,
        account_id,
        month_start,
        opening_on,
        closing_on,
        cast(opening_arr as decimal(18, 2)) as opening_arr,
        cast(closing_arr as decimal(18, 2)) as closing_arr,
        cast(transferred_arr as decimal(18, 2)) as transferred_arr,
        has_churned,
        {%- for suffix in ['', '_strict', '_constant_currency'] %}
            cast(net_retained_arr{{ suffix }} as decimal(18, 2)) as net_retained_arr{{ suffix }},
            cast(gross_retained_arr{{ suffix }} as decimal(18, 2)) as gross_retained_arr{{ suffix }},
        {%- endfor %}
        is_retained,
        is_retained_strict
    from retention
)

select * from final
