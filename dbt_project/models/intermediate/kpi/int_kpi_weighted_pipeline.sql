-- P06, three ways: representatives edit the CRM's probability, the stage's default nobody edits, and the
-- empirical one is what became of deals like these.
with states as (
    select * from {{ ref('int_open_opportunities_by_period') }}
),

final as (
    {{ kpi_rows(
        'P06', 'crm_probability', 'states',
        numerator='weighted_amount',
        n='weighted_count',
        n_excluded='open_count - weighted_count'
    ) }}
    union all
    {{ kpi_rows(
        'P06', 'stage_probability', 'states',
        numerator='stage_weighted_amount',
        n='stage_weighted_count',
        n_excluded='open_count - stage_weighted_count'
    ) }}
    union all
    {{ kpi_rows(
        'P06', 'empirical_probability', 'states',
        numerator='empirical_weighted_amount',
        n='empirical_weighted_count',
        n_excluded='open_count - empirical_weighted_count'
    ) }}
)

select * from final
