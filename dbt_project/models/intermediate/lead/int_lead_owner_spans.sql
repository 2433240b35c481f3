-- One row a lead and span of time in which one user owned it, half-open, from its creation on and without a gap.
-- Before its first known change a lead was of whom that change took it from; without any, of its present owner.
with leads as (
    select
        lead_id,
        source_name,
        owner_id,
        created_at
    from {{ ref('int_leads_prepared') }}
    where created_at is not null
),

history as (
    select * from {{ source('gate', 'lead_history') }}
    where field_name = 'owner_id' and changed_at is not null
),

users as (
    select
        user_id,
        source_name,
        source_record_id
    from {{ source('gate', 'user') }}
),

-- Some sources write 15 of the 18 characters of an id.
user_references as (
    select
        source_name,
        source_record_id as reference,
        user_id
    from users
    union all
    select
        source_name,
        substr(source_record_id, 1, 15) as reference,
        user_id
    from users
    where length(source_record_id) = 18
),

-- A change that is written once more with names tells no user.
changes as (
    select
        leads.lead_id,
        leads.created_at,
        old_owners.user_id as old_user_id,
        new_owners.user_id as new_user_id,
        history.changed_at,
        row_number() over (
            partition by leads.lead_id
            order by history.changed_at, history.lead_history_id
        ) as change_number
    from history
    inner join leads
        on history.lead_id = leads.lead_id
    left join user_references as old_owners
        on
            history.source_name = old_owners.source_name
            and history.old_value = old_owners.reference
    left join user_references as new_owners
        on
            history.source_name = new_owners.source_name
            and history.new_value = new_owners.reference
    where new_owners.user_id is not null or (history.new_value is null and old_owners.user_id is not null)
),

begins as (
    select
        leads.lead_id,
        case when changes.lead_id is null then leads.owner_id else changes.old_user_id end as user_id,
        leads.created_at as valid_from_at,
        0 as position
    from leads
    left join changes
        on leads.lead_id = changes.lead_id and changes.change_number = 1
    union all
    select
        lead_id,
        new_user_id as user_id,
        greatest(changed_at, created_at) as valid_from_at,
        change_number as position
    from changes
),

-- Of several changes at one instant the last one holds; a change to who owned it already is none.
held as (
    select
        *,
        lead(valid_from_at) over (partition by lead_id order by valid_from_at, position) as next_from_at
    from begins
),

distinct_owners as (
    select
        *,
        lag(user_id) over (partition by lead_id order by valid_from_at) as user_before_id,
        lag(lead_id) over (partition by lead_id order by valid_from_at) is null as is_first
    from held
    where coalesce(next_from_at > valid_from_at, true)
),

final as (
    select
        lead_id,
        user_id,
        valid_from_at,
        lead(valid_from_at) over (partition by lead_id order by valid_from_at) as valid_to_at,
        is_first
    from distinct_owners
    where is_first or user_id is distinct from user_before_id
)

select * from final
