{{ config(materialized='table') }}

-- One row a segment and day on which states are measured: what was open at its end. On the run's day every
-- segment has a row, so that nothing open is a zero and not a gap.
{%- set measures = [
    'open_count', 'open_amount', 'open_without_amount_count', 'pipeline_count', 'pipeline_amount',
    'pipeline_without_amount_count', 'weighted_amount', 'weighted_count', 'stage_weighted_amount',
    'stage_weighted_count', 'empirical_weighted_amount', 'empirical_weighted_count', 'aged_count',
    'without_age_count',
] %}
with open_states as (
    select * from {{ ref('int_opportunity_states') }}
    where is_open
),

probabilities as (
    select * from {{ ref('int_opportunity_probabilities') }}
),

segments as (
    select * from {{ ref('int_opportunity_segments') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

weighed as (
    select
        open_states.*,
        {{ weighted_amount_of_opportunity('open_states.amount', 'probabilities.empirical_probability') }}
            as empirical_weighted_amount
    from open_states
    left join probabilities
        on
            open_states.measured_on = probabilities.measured_on
            and open_states.stage = probabilities.stage
            and coalesce(open_states.opportunity_type, '(none)') = probabilities.opportunity_type
),

cases as (
    {{ in_segments_as_of('weighed') }}
),

totals as (
    select
        measured_on,
        segment_type,
        segment_id,
        segment,
        count(*) as open_count,
        sum(amount) as open_amount,
        count(*) - count(amount) as open_without_amount_count,
        count(*) filter (where is_in_pipeline) as pipeline_count,
        sum(amount) filter (where is_in_pipeline) as pipeline_amount,
        count(*) filter (where is_in_pipeline and amount is null) as pipeline_without_amount_count,
        sum(weighted_amount) as weighted_amount,
        count(weighted_amount) as weighted_count,
        sum(stage_weighted_amount) as stage_weighted_amount,
        count(stage_weighted_amount) as stage_weighted_count,
        sum(empirical_weighted_amount) as empirical_weighted_amount,
        count(empirical_weighted_amount) as empirical_weighted_count,
        {{ median('days_since_creation', 'not is_renewal') }} as age_median,
        count(days_since_creation) filter (where not is_renewal) as aged_count,
        count(*) filter (where not is_renewal and days_since_creation is null) as without_age_count
    from cases
    group by
        measured_on,
        segment_type,
        segment_id,
        segment
),

wanted as (
    select
        measured_on,
        segment_type,
        segment_id,
        segment
    from totals
    union distinct
    select
        cast('{{ var("as_of_date") }}' as date) as measured_on,
        segment_type,
        segment_id,
        segment
    from segments
),

final as (
    select
        wanted.measured_on,
        wanted.segment_type,
        wanted.segment_id,
        wanted.segment,
        totals.age_median,
        {%- for measure in measures %}
            coalesce(totals.{{ measure }}, 0) as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from wanted
    left join totals
        on
            wanted.measured_on = totals.measured_on
            and wanted.segment_type = totals.segment_type
            and wanted.segment_id = totals.segment_id
)

select * from final
