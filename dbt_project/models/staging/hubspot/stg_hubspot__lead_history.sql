with source as (
    select * from {{ source('raw_hubspot', 'contact') }}
    where {{ hubspot_was_lead() }}
),

-- The first status is the creation, with which the first owner came; owners after the conversion are the contact's.
{{ hubspot_field_history('lead_history', 'lead_id', {
    'hs_lead_status': 'lead_status',
    'hubspot_owner_id': 'owner_id',
}, only={
    'hubspot_owner_id': 'values_of.changed_at > ' ~ hubspot_timestamp('source.hs_v2_date_entered_lead')
    ~ ' and coalesce(values_of.changed_at <= ' ~ hubspot_timestamp('source.hs_v2_date_entered_opportunity') ~ ', true)',
}, creation='hs_lead_status') }}

select * from final
