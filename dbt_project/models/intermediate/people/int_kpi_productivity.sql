-- R07: what a day of work brings.
with periods as (
    select * from {{ ref('int_representative_days_totalled') }}
),

workforce as (
    select count(*) as representative_days
    from {{ ref('int_representative_days') }}
    where sales_role in ('account_executive', 'account_manager')
),

measured as (
    select periods.*
    from periods
    cross join workforce
    where workforce.representative_days > 0
),

final as (
    {{ kpi_rows(
        'R07', 'won_amount', 'measured',
        numerator='won_amount',
        denominator='representative_day_count'
    ) }}
)

select * from final
