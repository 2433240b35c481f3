-- What the records of a run rest on: a load of its day, or a later one in which what happened since is undone.
{%- set stamped = [
    'account', 'account_contact_relation', 'activity', 'campaign', 'campaign_member', 'churn_event', 'contact',
    'hand_off', 'lead', 'marketing_person', 'opportunity', 'opportunity_contact_role', 'opportunity_line_item', 'product',
    'sequence_enrollment', 'subscription', 'subscription_charge', 'support_ticket', 'usage_record', 'user', 'workspace', 'workspace_user',
] %}
with delivered as (
    select
        source_name,
        entity,
        min(first_loaded_on) as first_loaded_on
    from {{ source('config', 'delivered_entity') }}
    group by
        source_name,
        entity
),

run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

modified_later as (
    {%- for entity in stamped %}
        select
            source_name,
            '{{ entity }}' as entity,
            count(*) as record_count
        from {{ source('resolved', entity) }}
        where {{ is_after_run_day('modified_at') }}
        group by source_name
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

not_yet_known as (
    select
        source_name,
        entity,
        count(*) as record_count
    from {{ source('hygiene', 'excluded_record') }}
    where exclusion_reason = 'not_yet_known'
    group by
        source_name,
        entity
),

final as (
    select
        {{ surrogate_key('delivered.source_name', 'delivered.entity') }} as as_of_basis_id,
        delivered.source_name,
        delivered.entity,
        delivered.first_loaded_on,
        case when delivered.first_loaded_on > run_date.as_of_date then 'later_load' else 'night' end as basis,
        coalesce(not_yet_known.record_count, 0) as not_yet_known_count,
        coalesce(modified_later.record_count, 0) as modified_later_count,
        run_date.as_of_date
    from delivered
    cross join run_date
    left join not_yet_known
        on
            delivered.source_name = not_yet_known.source_name
            and delivered.entity = not_yet_known.entity
    left join modified_later
        on
            delivered.source_name = modified_later.source_name
            and delivered.entity = modified_later.entity
)

select * from final
