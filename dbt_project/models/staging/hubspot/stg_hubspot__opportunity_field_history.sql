with source as (
    select * from {{ source('raw_hubspot', 'deal') }}
),

{{ hubspot_field_history('opportunity_field_history', 'opportunity_id', {
    'hubspot_owner_id': 'Owner',
    'hs_next_step': 'NextStep',
    'next_step_date': 'next_step_date',
    'qualification_fields': 'qualification_fields',
    'stage_change_reason': 'stage_change_reason',
}) }}

select * from final
