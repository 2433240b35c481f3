-- Q03: how many records are there once too often on the run's day. Of the admitted records of one object that are one
-- company or person one stands for them, and the others are duplicates. A lead is no duplicate of its contact: they
-- are of two objects.
with accounts as (
    select * from {{ source('identity', 'xref_account') }}
    where is_admitted
),

people as (
    select * from {{ source('identity', 'xref_person') }}
    where is_admitted
),

records as (
    select
        'account' as entity,
        coalesce(survivor_account_id, account_id) as survivor_id
    from accounts
    union all
    select
        entity,
        coalesce(case when entity = 'lead' then surviving_lead_id else surviving_contact_id end, record_id)
            as survivor_id
    from people
),

entities as (
    select
        entity,
        count(*) as record_count,
        count(*) - count(distinct survivor_id) as duplicate_count
    from records
    group by entity
),

totals as (
    select
        {{ as_of_period() }},
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        sum(record_count) as record_count,
        sum(duplicate_count) as duplicate_count
    from entities
    having count(*) > 0
    union all
    select
        {{ as_of_period() }},
        'entity' as segment_type,
        entity as segment_id,
        entity as segment,
        record_count,
        duplicate_count
    from entities
),

final as (
    {{ kpi_rows('Q03', 'headline', 'totals', numerator='duplicate_count', denominator='record_count') }}
)

select * from final
