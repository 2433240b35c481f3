-- P02: first meetings with prospects by the day of booking, and the share of those that were due that was held.
with totals as (
    select * from {{ ref('int_first_meetings_totalled') }}
),

final as (
    {{ kpi_rows('P02', 'booked', 'totals', numerator='booked_count') }}
    union all
    {{ kpi_rows(
        'P02', 'held_rate', 'totals',
        numerator='held_count',
        denominator='due_count',
        n_excluded='not_due_count'
    ) }}
)

select * from final
