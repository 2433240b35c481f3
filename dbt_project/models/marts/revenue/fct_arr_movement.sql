with movements as (
    select * from {{ ref('int_arr_movements') }}
),

final as (
    select
        {{ surrogate_key(
            "customer_id || '|' || cast(moved_on as " ~ dbt.type_string() ~ ")",
            "movement_type || '|' || cause || '|' || coalesce(product_id, '')"
        ) }} as arr_movement_id,
        customer_id,
        account_id,
        product_id,
        moved_on,
        movement_type,
        cause,
        expansion_type,
        is_first_order,
        cast(arr_change as decimal(18, 2)) as arr_change
    from movements
)

select * from final
