-- Records that stand for another account or person than on the night before, over all nights.
with periods as (
    select * from {{ ref('fct_record_survivor') }}
),

final as (
    select
        periods.record_survivor_id as identity_change_id,
        periods.began_on as as_of_date,
        periods.entity,
        periods.record_id,
        periods.source_name,
        periods.source_record_id,
        periods.begun_by as change,
        before.survivor_id as old_survivor_id,
        periods.survivor_id as new_survivor_id,
        before.method as old_method,
        periods.method as new_method,
        periods.linked_entity,
        periods.linked_record_id,
        periods.match_weight,
        periods.reasons,
        periods.model_version,
        periods.decision_reason
    from periods
    inner join periods as before
        on
            periods.entity = before.entity
            and periods.record_id = before.record_id
            and periods.began_on = before.ended_on
    where periods.begun_by in ('united', 'separated', 'moved', 'renamed')
)

select * from final
