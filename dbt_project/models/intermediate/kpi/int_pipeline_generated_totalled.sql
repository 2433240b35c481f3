{{ config(materialized='table') }}

-- One row a segment and period: what first reached the pipeline in it, at the amount that it had at the end
-- of that day and for the owner of that day. A reopening adds nothing; a later amount changes nothing.
with opportunities as (
    select
        opportunity_id,
        coalesce(lower(lead_source) in ({{ text_list(var('referral_sources')) }}), false) as is_referral
    from {{ ref('int_opportunities_prepared') }}
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

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

generated as (
    select
        stamps.opportunity_id,
        stamps.qualified_on,
        stamps.owner_id_at_qualification as owner_id,
        stamps.is_renewal,
        not stamps.is_renewal and opportunities.is_referral as is_referral,
        stamps.amount_at_qualification as amount
    from {{ ref('int_opportunity_stamps') }} as stamps
    inner join opportunities
        on stamps.opportunity_id = opportunities.opportunity_id
    where stamps.qualified_on is not null
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
        count(*) filter (where is_referral) as referral_count,
        coalesce(sum(amount) filter (where is_referral), 0) as referral_amount,
        count(*) filter (where is_referral and amount is null) as referral_without_amount_count,
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
        sum(referral_count) as referral_count,
        sum(referral_amount) as referral_amount,
        sum(referral_without_amount_count) as referral_without_amount_count,
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
