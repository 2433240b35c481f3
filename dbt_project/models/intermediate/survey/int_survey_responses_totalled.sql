-- One row a kind of survey and period: answers by the day of the answer, requests by the day of sending.
with responses as (
    select * from {{ ref('int_survey_responses_prepared') }}
    where not is_sent_after_as_of and survey_kind <> 'unmapped'
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

days as (
    select
        survey_kind,
        answered_on as day_on,
        count(*) filter (where is_counted) as counted_count,
        count(*) filter (where is_counted and respondent_type = 'promoter') as promoter_count,
        count(*) filter (where is_counted and respondent_type = 'detractor') as detractor_count,
        count(*) filter (where not is_counted) as not_counted_count,
        0 as request_count,
        0 as answered_count
    from responses
    where is_answered
    group by
        survey_kind,
        answered_on
    union all
    select
        survey_kind,
        sent_on as day_on,
        0 as counted_count,
        0 as promoter_count,
        0 as detractor_count,
        0 as not_counted_count,
        count(*) as request_count,
        count(*) filter (where is_answered) as answered_count
    from responses
    group by
        survey_kind,
        sent_on
),

placed as (
    {{ placed_in_periods('days', 'day_on') }}
),

final as (
    select
        survey_kind,
        period_grain,
        period_start,
        period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        sum(counted_count) as counted_count,
        sum(promoter_count) as promoter_count,
        sum(detractor_count) as detractor_count,
        sum(not_counted_count) as not_counted_count,
        sum(request_count) as request_count,
        sum(answered_count) as answered_count
    from placed
    group by
        survey_kind,
        period_grain,
        period_start,
        period_end
)

select * from final
