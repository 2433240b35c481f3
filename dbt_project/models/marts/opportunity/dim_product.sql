with products as (
    select * from {{ source('gate', 'product') }}
),

final as (
    select
        cast(product_id as varchar) as product_id,
        cast(source_name as varchar) as source_name,
        cast(source_record_id as varchar) as source_product_id,
        cast(product_name as varchar) as product_name,
        cast(product_code as varchar) as product_code,
        cast(product_family as varchar) as product_family,
        is_active,
        cast(created_at as timestamp with time zone) as created_at,
        cast(modified_at as timestamp with time zone) as modified_at
    from products
)

select * from final
