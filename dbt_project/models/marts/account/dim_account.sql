with accounts as (
    select * from {{ source('gate', 'account') }}
),

final as (
    select
        cast(account_id as varchar) as account_id,
        cast(source_name as varchar) as source_name,
        cast(source_record_id as varchar) as source_account_id,
        cast(account_name as varchar) as account_name,
        cast(account_type as varchar) as account_type,
        cast(parent_account_id as varchar) as parent_account_id,
        cast(owner_id as varchar) as owner_id,
        cast(industry as varchar) as industry,
        cast(territory as varchar) as territory,
        cast(ownership as varchar) as ownership,
        cast(rating as varchar) as rating,
        cast(account_source as varchar) as account_source,
        cast(website as varchar) as website,
        cast(website_domain as varchar) as website_domain,
        cast(phone as varchar) as phone,
        cast(street as varchar) as street,
        cast(city as varchar) as city,
        cast(state as varchar) as state,
        cast(postal_code as varchar) as postal_code,
        cast(country as varchar) as country,
        cast(annual_revenue as decimal(18, 2)) as annual_revenue,
        cast(employee_count as bigint) as employee_count,
        cast(last_activity_date as date) as last_activity_date,
        cast(created_at as timestamp with time zone) as created_at,
        cast({{ business_date('created_at') }} as date) as created_on,
        cast(modified_at as timestamp with time zone) as modified_at
    from accounts
)

select * from final
