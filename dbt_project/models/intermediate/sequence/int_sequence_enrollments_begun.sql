-- One row a person in an outreach sequence, who was put into it by the end of the run's day.
with enrollments as (
    select * from {{ source('resolved', 'sequence_enrollment') }}
),

individuals as (
    select * from {{ ref('int_individuals') }}
),

identified as (
    select
        enrollments.sequence_enrollment_id,
        enrollments.source_name,
        coalesce(enrollments.sequence_name, '(none)') as sequence_name,
        enrollments.lead_id,
        enrollments.contact_id,
        coalesce(contacts.person_id, leads.person_id) as person_id,
        coalesce(contacts.individual_id, leads.individual_id) as individual_id,
        coalesce(contacts.company_id, leads.company_id) as company_id,
        enrollments.owner_id as user_id,
        enrollments.enrolled_at,
        {{ business_date('enrollments.enrolled_at') }} as enrolled_on,
        enrollments.ended_at,
        {{ business_date('enrollments.ended_at') }} as ended_on,
        enrollments.exit_reason
    from enrollments
    left join individuals as contacts
        on contacts.entity = 'contact' and enrollments.contact_id = contacts.record_id
    left join individuals as leads
        on leads.entity = 'lead' and enrollments.lead_id = leads.record_id
),

final as (
    select
        *,
        -- What comes of it is told only once its days are over.
        coalesce(
            {{ add_days('enrolled_on', var('sequence_days')) }} <= cast('{{ var("as_of_date") }}' as date), false
        ) as is_mature
    from identified
)

select * from final
