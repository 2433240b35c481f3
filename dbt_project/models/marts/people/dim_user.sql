-- A user that records name but no source delivers still gets a row, so that a join to the owner never
-- loses a record; is_delivered tells the two apart.
with users as (
    select * from {{ source('resolved', 'user') }}
),

user_references as (
    select * from {{ ref('int_user_references') }}
),

delivered as (
    select
        user_id,
        source_name,
        source_record_id as source_user_id,
        user_name,
        email,
        title,
        department,
        role_name,
        manager_user_id,
        time_zone,
        region,
        is_active,
        true as is_delivered,
        created_at,
        modified_at
    from users
),

not_delivered as (
    select
        user_references.user_id,
        user_references.source_name
    from user_references
    left join users
        on user_references.user_id = users.user_id
    where users.user_id is null
),

everyone as (
    select * from delivered
    union all
    select
        user_id,
        source_name,
        null as source_user_id,
        null as user_name,
        null as email,
        null as title,
        null as department,
        null as role_name,
        null as manager_user_id,
        null as time_zone,
        null as region,
        null as is_active,
        false as is_delivered,
        null as created_at,
        null as modified_at
    from not_delivered
),

final as (
    select
        user_id,
        source_name,
        source_user_id,
        user_name,
        email,
        title,
        department,
        role_name,
        manager_user_id,
        time_zone,
        region,
        cast(is_active as boolean) as is_active,
        is_delivered,
        created_at,
        modified_at
    from everyone
)

select * from final
