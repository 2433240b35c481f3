{{ config(alias='product_event') }}

-- Nothing is joined here: the events of a night are read through this view, and only theirs.
with final as (
    select
        product_event_id,
        source_name,
        source_record_id,
        lake_file,
        event_name,
        workspace_id,
        source_workspace_id,
        workspace_user_id,
        source_user_id,
        email,
        occurred_at,
        received_at,
        properties,
        custom_fields
    from {{ ref('stg_segment__tracks') }}
)

select * from final
