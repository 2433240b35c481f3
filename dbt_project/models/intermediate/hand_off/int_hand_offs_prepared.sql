{{ config(materialized='table') }}

-- Every flag of a hand-off is decided here, once. What was decided after the run's day is not known on it. Silence
-- is no acceptance: a hand-off that nobody has answered is pending, and missed once its deadline has passed.
with hand_offs as (
    select * from {{ source('resolved', 'hand_off') }}
),

leads as (
    select
        leads.lead_id,
        leads.person_id,
        leads.lead_source,
        leads.campaign_id,
        motions.motion
    from {{ ref('int_leads_prepared') }} as leads
    inner join {{ ref('int_lead_motions') }} as motions
        on leads.lead_id = motions.lead_id
),

lead_companies as (
    select * from {{ ref('int_lead_companies') }}
),

contacts as (
    select
        contacts.contact_id,
        contacts.account_id,
        contacts.lead_source,
        persons.person_id
    from {{ source('resolved', 'contact') }} as contacts
    inner join {{ ref('int_person_records') }} as persons
        on persons.entity = 'contact' and contacts.contact_id = persons.record_id
),

receivers as (
    select
        user_id,
        min(country_code) as country_code
    from {{ ref('int_employees_prepared') }}
    where user_id is not null
    group by user_id
),

working_days as (
    select * from {{ ref('int_working_days') }}
),

known as (
    select
        *,
        cast('{{ var("as_of_date") }}' as date) as as_of_date,
        {{ business_date('handed_off_at') }} as handed_off_on,
        {{ business_date('decided_at') }} as ever_decided_on,
        -- A decision without a day is as old as the hand-off.
        coalesce(
            decision in ('accepted', 'rejected')
            and (
                decided_at is null
                or {{ business_date('decided_at') }} <= cast('{{ var("as_of_date") }}' as date)
            ),
            false
        ) as is_decided
    from hand_offs
    where {{ business_date('handed_off_at') }} <= cast('{{ var("as_of_date") }}' as date)
),

related as (
    select
        known.*,
        coalesce(leads.person_id, contacts.person_id) as person_id,
        coalesce(lead_companies.company_id, contacts.account_id, known.account_id) as company_id,
        coalesce(leads.lead_source, contacts.lead_source) as lead_source,
        leads.campaign_id,
        leads.motion,
        coalesce(receivers.country_code, '(none)') as receiver_country_code
    from known
    left join leads
        on known.lead_id = leads.lead_id
    left join lead_companies
        on known.lead_id = lead_companies.lead_id
    left join contacts
        on known.contact_id = contacts.contact_id
    left join receivers
        on known.to_user_id = receivers.user_id
),

due as (
    select
        related.*,
        deadlines.date_day as due_on
    from related
    left join working_days as begun
        on
            related.receiver_country_code = begun.country_code
            and related.handed_off_on = begun.date_day
    left join working_days as deadlines
        on
            begun.country_code = deadlines.country_code
            and deadlines.is_working_day
            and begun.working_days_so_far + {{ var('acceptance_working_days') }} = deadlines.working_days_so_far
),

judged as (
    select
        *,
        not is_decided and coalesce(due_on >= as_of_date, true) as is_pending_young,
        lag(hand_off_id) over person_attempts as previous_hand_off_id,
        row_number() over person_attempts as attempt_in_order
    from due
    window person_attempts as (
        partition by coalesce(lead_id, contact_id, hand_off_id) order by handed_off_at, hand_off_id
    )
),

final as (
    select
        hand_off_id,
        source_name,
        source_record_id,
        lead_id,
        contact_id,
        person_id,
        company_id,
        from_user_id,
        to_user_id,
        motion,
        lead_source,
        campaign_id,
        handed_off_at,
        handed_off_on,
        cast(coalesce(attempt_number, attempt_in_order) as bigint) as attempt_number,
        previous_hand_off_id,
        awareness_stage,
        case
            when context_field_count > {{ var('context_fields') }} then {{ var('context_fields') }}
            else context_field_count
        end as context_field_count,
        receiver_country_code,
        due_on,
        case when is_decided then decision end as decision,
        case when is_decided then decided_at end as decided_at,
        case when is_decided then ever_decided_on end as decided_on,
        case when is_decided and decision = 'rejected' then rejection_reason end as rejection_reason,
        case when is_decided and decision = 'accepted' then opportunity_id end as opportunity_id,
        is_decided,
        is_pending_young,
        coalesce(is_decided and decision = 'accepted', false) as is_accepted,
        coalesce(is_decided and decision = 'accepted' and opportunity_id is not null, false)
            as is_accepted_into_cycle,
        coalesce(
            is_decided
            and ever_decided_on <= due_on
            and (decision = 'accepted' or rejection_reason is not null),
            false
        ) as is_answered_in_time
    from judged
)

select * from final
