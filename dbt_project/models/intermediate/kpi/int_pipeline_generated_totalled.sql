{{ config(materialized='table') }}

-- One row a segment and period: what first reached the pipeline in it, at the amount that it had at the end
-- of that day and for the owner of that day. A reopening adds nothing; a later amount changes nothing.
with segments as (
    select * from {{ ref('int_opportunity_segments') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('gate', 'user') }}
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

generated as (
    select
        opportunity_id,
        qualified_on,
        owner_id_at_qualification as owner_id,
        is_renewal,
        amount_at_qualification as amount
    from {{ ref('int_opportunity_stamps') }}
    where qualified_on is not null
),

cases as (
    {{ in_segments_as_of('generated') }}
),

days as (
    select
        segment_type,
        segment_id,
        segment,
        qualified_on,
        count(*) filter (where not is_renewal) as generated_count,
        coalesce(sum(amount) filter (where not is_renewal), 0) as generated_amount,
        count(*) filter (where not is_renewal and amount is null) as generated_without_amount_count,
        count(*) filter (where is_renewal) as renewal_count,
        coalesce(sum(amount) filter (where is_renewal), 0) as renewal_amount,
        count(*) filter (where is_renewal and amount is null) as renewal_without_amount_count
    from cases
    group by
        segment_type,
        segment_id,
        segment,
        qualified_on
),

placed as (
    {{ placed_in_periods('days', 'qualified_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(generated_count) as generated_count,
        sum(generated_amount) as generated_amount,
        sum(generated_without_amount_count) as generated_without_amount_count,
        sum(renewal_count) as renewal_count,
        sum(renewal_amount) as renewal_amount,
        sum(renewal_without_amount_count) as renewal_without_amount_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
