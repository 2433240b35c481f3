with territories as (
    select * from {{ source('resolved', 'territory') }}
),

final as (
    select
        territory_id,
        source_name,
        source_record_id as source_territory_id,
        territory_name,
        region,
        account_segment
    from territories
)

select * from final
