-- M04: how many of those whom a sequence reached answered, and how many of the answers were positive. M05: how many
-- enrolments led to a meeting, and what became of the mails of each step. Cohorts by the day of the enrolment; whose
-- days are not over yet are counted in n_excluded only.
with enrollments as (
    select * from {{ ref('int_sequence_enrollments_judged') }}
),

steps as (
    select
        *,
        sequence_name || ' / ' || coalesce(cast(step_number as {{ dbt.type_string() }}), '-')
        || ' / ' || coalesce(message_variant, '-') as sequence_step
    from {{ ref('int_sequence_steps_done') }}
    where touch_kind = 'email'
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

mailing as (
    select count(*) as mail_count
    from steps
),

segmented_enrollments as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        enrollments.*
    from enrollments
    union all
    select
        'sequence' as segment_type,
        sequence_name as segment_id,
        sequence_name as segment,
        enrollments.*
    from enrollments
    union all
    select
        'owner' as segment_type,
        coalesce(enrollments.user_id, '(none)') as segment_id,
        coalesce(users.user_name, enrollments.user_id, '(none)') as segment,
        enrollments.*
    from enrollments
    left join users
        on enrollments.user_id = users.user_id
),

enrollment_days as (
    select
        segment_type,
        segment_id,
        segment,
        enrolled_on,
        count(*) filter (where is_mature) as enrollment_count,
        count(*) filter (where is_mature and has_meeting) as meeting_count,
        count(*) filter (where is_mature and is_delivered) as delivered_count,
        count(*) filter (where is_mature and is_delivered and is_replied) as replied_count,
        count(*) filter (where is_mature and is_replied) as reply_count,
        count(*) filter (where is_mature and is_replied_positively) as positive_count,
        count(*) filter (where not is_mature) as immature_count
    from segmented_enrollments
    group by
        segment_type,
        segment_id,
        segment,
        enrolled_on
),

placed_enrollments as (
    {{ placed_in_periods('enrollment_days', 'enrolled_on') }}
),

enrollment_totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(enrollment_count) as enrollment_count,
        sum(meeting_count) as meeting_count,
        sum(delivered_count) as delivered_count,
        sum(replied_count) as replied_count,
        sum(reply_count) as reply_count,
        sum(positive_count) as positive_count,
        sum(immature_count) as immature_count
    from placed_enrollments
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
),

-- Whether a sequence's mails are answered cannot be told where the CRM has none of them.
mail_enrollment_totals as (
    select enrollment_totals.*
    from enrollment_totals
    cross join mailing
    where mailing.mail_count > 0
),

segmented_steps as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        steps.*
    from steps
    union all
    select
        'sequence_step' as segment_type,
        sequence_step as segment_id,
        sequence_step as segment,
        steps.*
    from steps
),

step_days as (
    select
        segment_type,
        segment_id,
        segment,
        enrolled_on,
        count(*) filter (where is_mature) as mail_count,
        count(*) filter (where is_mature and is_delivered) as delivered_count,
        count(*) filter (where is_mature and is_delivered and is_replied) as replied_count,
        count(*) filter (where is_mature and is_delivered and is_replied_positively) as positive_count,
        count(*) filter (where not is_mature) as immature_count
    from segmented_steps
    group by
        segment_type,
        segment_id,
        segment,
        enrolled_on
),

placed_steps as (
    {{ placed_in_periods('step_days', 'enrolled_on') }}
),

step_totals as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        sum(mail_count) as mail_count,
        sum(delivered_count) as delivered_count,
        sum(replied_count) as replied_count,
        sum(positive_count) as positive_count,
        sum(immature_count) as immature_count
    from placed_steps
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
),

final as (
    {{ kpi_rows(
        'M04', 'reply_rate', 'mail_enrollment_totals',
        numerator='replied_count',
        denominator='delivered_count',
        n_excluded='immature_count'
    ) }}
    union all
    {{ kpi_rows(
        'M04', 'positive_reply_rate', 'mail_enrollment_totals',
        numerator='positive_count',
        denominator='reply_count',
        n_excluded='immature_count'
    ) }}
    union all
    {{ kpi_rows(
        'M05', 'meeting_rate', 'enrollment_totals',
        numerator='meeting_count',
        denominator='enrollment_count',
        n_excluded='immature_count'
    ) }}
    union all
    {{ kpi_rows(
        'M05', 'step_delivered', 'step_totals',
        numerator='delivered_count',
        denominator='mail_count',
        n_excluded='immature_count'
    ) }}
    union all
    {{ kpi_rows(
        'M05', 'step_replied', 'step_totals',
        numerator='replied_count',
        denominator='delivered_count',
        n_excluded='immature_count'
    ) }}
    union all
    {{ kpi_rows(
        'M05', 'step_positive', 'step_totals',
        numerator='positive_count',
        denominator='delivered_count',
        n_excluded='immature_count'
    ) }}
)

select * from final
