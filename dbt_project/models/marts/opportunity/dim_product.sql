with products as (
    select * from {{ source('resolved', 'product') }}
),

final as (
    select
        product_id,
        source_name,
        source_record_id as source_product_id,
        product_name,
        product_code,
        product_family,
        is_active,
        created_at,
        modified_at
    from products
)

select * from final
