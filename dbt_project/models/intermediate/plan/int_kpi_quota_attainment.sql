-- R01 and R02: bookings over the quotas in force, of the company and of territories.
with company as (
    select * from {{ ref('int_quota_attainment_by_period') }}
    where carried_for = 'company'
),

territory as (
    select * from {{ ref('int_quota_attainment_by_period') }}
    where carried_for = 'territory'
),

final as (
    {{ kpi_rows(
        'R01', 'bookings_usd', 'company',
        numerator='bookings',
        denominator='quota',
        n='quota_count'
    ) }}
    union all
    {{ kpi_rows(
        'R02', 'headline', 'territory',
        numerator='bookings',
        denominator='quota',
        n='quota_count'
    ) }}
)

select * from final
