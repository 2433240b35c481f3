-- Every user that a record names as its owner or author, delivered or not.
with owners as (
    {%- for entity in ['account', 'contact', 'lead', 'opportunity', 'campaign', 'activity'] %}
        select
            owner_id as user_id,
            source_name
        from {{ source('resolved', entity) }}
        union all
    {%- endfor %}
    select
        sales_development_owner_id as user_id,
        source_name
    from {{ source('resolved', 'account') }}
    union all
    select
        changed_by_user_id as user_id,
        source_name
    from {{ source('resolved', 'opportunity_history') }}
),

final as (
    select
        user_id,
        min(source_name) as source_name
    from owners
    where user_id is not null
    group by user_id
)

select * from final
