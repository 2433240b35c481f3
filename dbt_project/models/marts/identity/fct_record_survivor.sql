-- Which account or person each record stood for, from which night to which. The published file is the memory; a
-- second run of a day begins from where the night before had left it, and a run for a past day adds nothing.
with remembered as (
    select * from {{ source('memory', 'record_survivor') }}
),

run as (
    select * from {{ source('memory', 'run') }}
),

records as (
    select
        'account' as entity,
        account_id as record_id,
        account_id as record_key,
        source_name,
        source_record_id,
        survivor_account_id as survivor_id,
        method,
        case when linked_account_id is not null then 'account' end as linked_entity,
        linked_account_id as linked_record_id,
        match_weight,
        reasons,
        model_version,
        decision_reason
    from {{ ref('xref_account') }}
    union all
    select
        entity,
        record_id,
        concat(entity, ':', record_id) as record_key,
        source_name,
        source_record_id,
        person_id as survivor_id,
        method,
        linked_entity,
        linked_record_id,
        match_weight,
        reasons,
        model_version,
        decision_reason
    from {{ ref('xref_person') }}
),

-- What people keep apart, by those who now stand for the two records.
kept_apart as (
    select
        least(one.survivor_id, other.survivor_id) as survivor_l,
        greatest(one.survivor_id, other.survivor_id) as survivor_r,
        min(decisions.reason) as decision_reason
    from {{ source('identity', 'override') }} as decisions
    inner join records as one
        on decisions.record_key_l = one.record_key
    inner join records as other
        on decisions.record_key_r = other.record_key
    where decisions.action = 'never_merge'
    group by
        least(one.survivor_id, other.survivor_id),
        greatest(one.survivor_id, other.survivor_id)
),

earlier as (
    select
        remembered.record_survivor_id,
        remembered.entity,
        remembered.record_id,
        remembered.source_name,
        remembered.source_record_id,
        remembered.survivor_id,
        remembered.method,
        remembered.linked_entity,
        remembered.linked_record_id,
        remembered.match_weight,
        remembered.reasons,
        remembered.model_version,
        remembered.decision_reason,
        remembered.begun_by,
        remembered.began_on,
        case
            when run.is_replay or remembered.ended_on < run.as_of_date then remembered.ended_on
        end as ended_on
    from remembered
    cross join run
    where run.is_replay or remembered.began_on < run.as_of_date
),

-- Whom every record stood for on the night before.
last_known as (
    select
        entity,
        record_id,
        survivor_id,
        method
    from earlier
    where ended_on is null
),

tonight as (
    select
        records.*,
        last_known.survivor_id as old_survivor_id,
        last_known.method as old_method,
        run.as_of_date
    from records
    cross join run
    left join last_known
        on records.entity = last_known.entity and records.record_id = last_known.record_id
    where not run.is_replay
),

-- Records that stood together and do not any more.
parted as (
    select old_survivor_id as survivor_id
    from tonight
    where old_survivor_id is not null
    group by old_survivor_id
    having count(distinct survivor_id) > 1
),

-- Records that stand together and did not before, new ones among them.
joined as (
    select survivor_id
    from tonight
    group by survivor_id
    having count(distinct coalesce(old_survivor_id, '(new)')) > 1
),

begun as (
    select
        tonight.*,
        case
            when tonight.old_survivor_id is null then 'first_seen'
            when tonight.old_survivor_id = tonight.survivor_id then 'method'
            when parted.survivor_id is not null and joined.survivor_id is not null then 'moved'
            when parted.survivor_id is not null then 'separated'
            when joined.survivor_id is not null then 'united'
            else 'renamed'
        end as begun_by,
        kept_apart.decision_reason as reason_apart
    from tonight
    left join parted
        on tonight.old_survivor_id = parted.survivor_id
    left join joined
        on tonight.survivor_id = joined.survivor_id
    left join kept_apart
        on
            least(tonight.old_survivor_id, tonight.survivor_id) = kept_apart.survivor_l
            and greatest(tonight.old_survivor_id, tonight.survivor_id) = kept_apart.survivor_r
    where
        tonight.old_survivor_id is null
        or tonight.old_survivor_id <> tonight.survivor_id
        or tonight.old_method <> tonight.method
),

final as (
    select
        earlier.record_survivor_id,
        earlier.entity,
        earlier.record_id,
        earlier.source_name,
        earlier.source_record_id,
        earlier.survivor_id,
        earlier.method,
        earlier.linked_entity,
        earlier.linked_record_id,
        earlier.match_weight,
        earlier.reasons,
        earlier.model_version,
        earlier.decision_reason,
        earlier.begun_by,
        earlier.began_on,
        case
            when run.is_replay or earlier.ended_on is not null then earlier.ended_on
            -- The record is gone, or stands for another one.
            when tonight.record_id is null or begun.record_id is not null then run.as_of_date
        end as ended_on
    from earlier
    cross join run
    left join tonight
        on earlier.entity = tonight.entity and earlier.record_id = tonight.record_id
    left join begun
        on earlier.entity = begun.entity and earlier.record_id = begun.record_id
    union all
    select
        {{ surrogate_key(
            'record_key', 'cast(as_of_date as ' ~ dbt.type_string() ~ ')'
        ) }} as record_survivor_id,
        entity,
        record_id,
        source_name,
        source_record_id,
        survivor_id,
        method,
        linked_entity,
        linked_record_id,
        match_weight,
        reasons,
        model_version,
        coalesce(decision_reason, reason_apart) as decision_reason,
        begun_by,
        as_of_date as began_on,
        cast(null as date) as ended_on
    from begun
)

select * from final
