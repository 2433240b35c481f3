-- P07: days from creation to closing, and beside it the age of what is still open, since only the
-- survivors have a cycle.
with cycles as (
    select * from {{ ref('int_opportunity_cycles_totalled') }}
),

-- Without touches or hand-offs in the CRM nothing is known of what came before an opportunity.
origins as (
    select
        count(first_touched_on) as first_touched_count,
        count(accepted_on) as accepted_count
    from {{ ref('int_opportunity_origins') }}
),

cycles_from_first_touch as (
    select cycles.*
    from cycles
    cross join origins
    where origins.first_touched_count > 0
),

cycles_from_acceptance as (
    select cycles.*
    from cycles
    cross join origins
    where origins.accepted_count > 0
),

ages as (
    select * from {{ ref('int_open_opportunities_by_period') }}
),

final as (
    {{ kpi_rows(
        'P07', 'won_median', 'cycles',
        denominator='won_cycle_count',
        value='won_cycle_median',
        n_excluded='won_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'won_mean', 'cycles',
        numerator='won_cycle_days',
        denominator='won_cycle_count',
        n_excluded='won_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'won_median_without_closed_gaps', 'cycles',
        denominator='won_cycle_without_gaps_count',
        value='won_cycle_without_gaps_median',
        n_excluded='won_without_cycle_without_gaps_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'won_median_from_first_touch', 'cycles_from_first_touch',
        denominator='won_from_first_touched_count',
        value='won_from_first_touched_median',
        n_excluded='won_without_first_touched_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'won_median_from_acceptance', 'cycles_from_acceptance',
        denominator='won_from_accepted_count',
        value='won_from_accepted_median',
        n_excluded='won_without_accepted_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'lost_median', 'cycles',
        denominator='lost_cycle_count',
        value='lost_cycle_median',
        n_excluded='lost_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'lost_mean', 'cycles',
        numerator='lost_cycle_days',
        denominator='lost_cycle_count',
        n_excluded='lost_without_cycle_count'
    ) }}
    union all
    {{ kpi_rows(
        'P07', 'open_age_median', 'ages',
        denominator='aged_count',
        value='age_median',
        n_excluded='without_age_count'
    ) }}
)

select * from final
