-- One row a lead and span of time in which one user owned it, half-open, from its creation on and without a gap.
with records as (
    select
        lead_id,
        owner_id as user_id,
        created_at,
        modified_at
    from {{ ref('int_leads_prepared') }}
    where created_at is not null
),

{{ user_references() }},

{{ owner_changes_recorded('lead_history', 'lead_id', {'owner_id': 'owner'}) }},

-- Nights keep no versions of leads.
witnesses as (
    select * from field_changes
),

{{ owner_spans(['lead_id']) }},

final as (
    select
        lead_id,
        user_id,
        valid_from_at,
        valid_to_at,
        is_first
    from owner_spans
)

select * from final
