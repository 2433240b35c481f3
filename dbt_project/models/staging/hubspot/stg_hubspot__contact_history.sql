with source as (
    select * from {{ source('raw_hubspot', 'contact') }}
    where {{ hubspot_is_contact() }}
),

-- Owners up to the conversion are the lead's; the one with whom a contact begins is no change.
{{ hubspot_field_history('contact_history', 'contact_id', {
    'awareness_stage': 'awareness_stage',
    'awareness_change_reason': 'awareness_change_reason',
    'hubspot_owner_id': 'owner_id',
}, only={
    'hubspot_owner_id': 'values_of.changed_at > ' ~ hubspot_timestamp(hubspot_contact_since()),
}) }}

select * from final
