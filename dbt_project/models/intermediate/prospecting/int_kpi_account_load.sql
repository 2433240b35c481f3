-- A06: how many companies each representative who prospects is working on.
with loads as (
    select * from {{ ref('int_account_load') }}
),

final as (
    {{ kpi_rows(
        'A06', 'headline', 'loads',
        numerator='company_count',
        denominator='representative_count',
        n='company_count'
    ) }}
)

select * from final
