-- A03, F04, F05, F06 and P03's accept rate, by the day of the hand-off; P03's count by the day of the acceptance.
with periods as (
    select * from {{ ref('int_hand_offs_totalled') }}
),

companies as (
    select * from periods
    where segment_type = 'all'
),

latencies as (
    select
        *,
        -- With too many who have not acted yet, nobody knows the figure.
        case when hours_to_act_median < 1e12 then hours_to_act_median end as known_median,
        case when hours_to_act_p90 < 1e12 then hours_to_act_p90 end as known_p90
    from periods
    where segment_type in ('all', 'receiver')
),

rejections as (
    select * from {{ ref('int_rejections_totalled') }}
),

accepted as (
    select * from {{ ref('int_accepted_opportunities_totalled') }}
),

qualifications as (
    select count(qualification_field_count) as with_qualification_count
    from {{ ref('int_accepted_opportunities') }}
),

qualified as (
    select accepted.*
    from accepted
    cross join qualifications
    where accepted.segment_type = 'all' and qualifications.with_qualification_count > 0
),

final as (
    {{ kpi_rows(
        'A03', 'hand_offs', 'periods',
        numerator='accepted_into_cycle_count',
        denominator='judged_count',
        n_excluded='pending_young_count'
    ) }}
    union all
    {{ kpi_rows(
        'A03', 'accounts', 'companies',
        numerator='accepted_company_count',
        denominator='judged_company_count',
        n_excluded='company_count - judged_company_count'
    ) }}
    union all
    {{ kpi_rows(
        'F04', 'within_sla', 'periods',
        numerator='answered_in_time_count',
        denominator='judged_count',
        n_excluded='pending_young_count'
    ) }}
    union all
    {{ kpi_rows(
        'F04', 'accept_rate', 'periods',
        numerator='accepted_count',
        denominator='decided_count',
        n_excluded='undecided_count'
    ) }}
    union all
    {{ kpi_rows('F04', 'rejected', 'rejections', numerator='rejected_count') }}
    union all
    {{ kpi_rows('F05', 'hours_median', 'latencies', denominator='hand_off_count', value='known_median') }}
    union all
    {{ kpi_rows('F05', 'hours_p90', 'latencies', denominator='hand_off_count', value='known_p90') }}
    union all
    {{ kpi_rows(
        'F06', 'headline', 'periods',
        numerator='context_field_count',
        denominator='with_context_count * ' ~ var('context_fields'),
        n='with_context_count',
        n_excluded='hand_off_count - with_context_count'
    ) }}
    union all
    {{ kpi_rows(
        'P03', 'accept_rate', 'periods',
        numerator='accepted_count',
        denominator='hand_off_count'
    ) }}
    union all
    {{ kpi_rows('P03', 'count', 'accepted', numerator='accepted_opportunity_count') }}
    union all
    {{ kpi_rows(
        'P03', 'qualification_completeness', 'qualified',
        numerator='qualification_field_count',
        denominator='with_qualification_count * ' ~ var('qualification_fields'),
        n='with_qualification_count',
        n_excluded='accepted_opportunity_count - with_qualification_count'
    ) }}
)

select * from final
