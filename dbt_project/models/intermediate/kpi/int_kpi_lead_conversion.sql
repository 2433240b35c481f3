-- F03, lead to conversion: of the leads created in the period, the share that was converted since.
with cohorts as (
    select * from {{ ref('int_lead_cohorts_totalled') }}
),

final as (
    {{ kpi_rows(
        'F03', 'lead_to_conversion', 'cohorts',
        numerator='converted_count',
        denominator='lead_count'
    ) }}
)

select * from final
