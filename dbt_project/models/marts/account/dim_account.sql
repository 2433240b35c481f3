with accounts as (
    select * from {{ source('resolved', 'account') }}
),

final as (
    select
        account_id,
        source_name,
        source_record_id as source_account_id,
        account_name,
        account_type,
        parent_account_id,
        owner_id,
        sales_development_owner_id,
        industry,
        territory,
        account_segment,
        ownership,
        rating,
        account_source,
        website,
        website_domain,
        phone,
        street,
        city,
        state,
        postal_code,
        country,
        cast(annual_revenue as decimal(18, 2)) as annual_revenue,
        cast(employee_count as bigint) as employee_count,
        last_activity_date,
        created_at,
        {{ business_date('created_at') }} as created_on,
        modified_at,
        custom_fields
    from accounts
)

select * from final
