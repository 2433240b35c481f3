-- V17: what was renewed of the revenue whose term ended in the period.
with periods as (
    select * from {{ ref('int_subscription_terms_totalled') }}
),

long_terms as (
    select * from periods
    where long_term_count + long_term_without_rate_count > 0
),

final as (
    {{ kpi_rows(
        'V17', 'headline', 'long_terms',
        numerator='long_renewed_arr',
        denominator='long_expiring_arr',
        n='long_term_count',
        n_excluded='long_term_without_rate_count'
    ) }}
    union all
    {{ kpi_rows(
        'V17', 'on_time', 'long_terms',
        numerator='long_renewed_on_time_arr',
        denominator='long_expiring_arr',
        n='long_term_count',
        n_excluded='long_term_without_rate_count'
    ) }}
    union all
    {{ kpi_rows(
        'V17', 'all_terms', 'periods',
        numerator='renewed_arr',
        denominator='expiring_arr',
        n='term_count',
        n_excluded='term_without_rate_count'
    ) }}
)

select * from final
