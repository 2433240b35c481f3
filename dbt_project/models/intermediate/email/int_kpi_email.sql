-- M01 open rate, M02 delivery rate, M03 click-through rate: by the day of sending, a mail to a person each.
with sends as (
    select * from {{ ref('int_email_sends_totalled') }}
),

final as (
    {{ kpi_rows(
        'M01', 'human', 'sends',
        numerator='opened_by_person_count',
        denominator='judgeable_count',
        n_excluded='delivered_count - judgeable_count'
    ) }}
    union all
    {{ kpi_rows('M01', 'raw', 'sends', numerator='opened_count', denominator='delivered_count') }}
    union all
    {{ kpi_rows('M02', 'delivery_rate', 'sends', numerator='not_bounced_count', denominator='sent_count') }}
    union all
    {{ kpi_rows(
        'M03', 'click_through_rate', 'sends',
        numerator='clicked_by_person_count',
        denominator='delivered_count'
    ) }}
    union all
    {{ kpi_rows(
        'M03', 'click_to_open_rate', 'sends',
        numerator='opened_and_clicked_count',
        denominator='opened_by_person_count',
        n_excluded='delivered_count - judgeable_count'
    ) }}
)

select * from final
