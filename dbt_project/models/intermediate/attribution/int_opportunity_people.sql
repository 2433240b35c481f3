-- One row an opportunity and individual of theirs who had to do with it: a contact with a role, somebody whom one of
-- its activities names, somebody who was passed to sales for it.
with individuals as (
    select * from {{ ref('int_individuals') }}
),

involvements as (
    select
        roles.opportunity_id,
        individuals.individual_id
    from {{ source('resolved', 'opportunity_contact_role') }} as roles
    inner join individuals
        on individuals.entity = 'contact' and roles.contact_id = individuals.record_id
    union all
    select
        opportunity_id,
        individual_id
    from {{ ref('int_touch_individuals') }}
    union all
    select
        hand_offs.opportunity_id,
        coalesce(contacts.individual_id, leads.individual_id) as individual_id
    from {{ ref('int_hand_offs_prepared') }} as hand_offs
    left join individuals as contacts
        on contacts.entity = 'contact' and hand_offs.contact_id = contacts.record_id
    left join individuals as leads
        on leads.entity = 'lead' and hand_offs.lead_id = leads.record_id
),

final as (
    select distinct
        opportunity_id,
        individual_id
    from involvements
    where opportunity_id is not null and individual_id is not null
)

select * from final
