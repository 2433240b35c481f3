-- Q01: how clean the records are on the run's day, weighted by what their rules weigh. A rule that does not apply to a
-- record is no pass, and one that is waived for it counts neither way; the gate has decided both.
with scores as (
    select * from {{ source('hygiene', 'record_score') }}
    where score is not null
),

totals as (
    select
        {{ as_of_period() }},
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        count(*) as record_count,
        sum(applicable_weight) as applicable_weight,
        sum(applicable_weight - broken_weight) as passed_weight
    from scores
    having count(*) > 0
    union all
    select
        {{ as_of_period() }},
        'entity' as segment_type,
        entity as segment_id,
        entity as segment,
        count(*) as record_count,
        sum(applicable_weight) as applicable_weight,
        sum(applicable_weight - broken_weight) as passed_weight
    from scores
    group by entity
),

final as (
    {{ kpi_rows(
        'Q01', 'headline', 'totals',
        numerator='passed_weight',
        denominator='applicable_weight',
        n='record_count'
    ) }}
)

select * from final
