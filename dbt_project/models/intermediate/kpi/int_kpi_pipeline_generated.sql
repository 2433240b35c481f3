-- P01, what referrals brought of it (V19), and its mix by motion and by sourcing role (P04): by the day on which the
-- pipeline stage was first reached or passed, not by the day of creation. Deals without an amount count as zero, and
-- are counted beside.
with periods as (
    select * from {{ ref('int_pipeline_generated_totalled') }}
),

whole as (
    select * from periods
    where segment_type = 'all'
),

-- The share of each motion and role in the whole of its period; whoever was only influenced is not sourced.
shares as (
    select
        periods.*,
        whole.generated_amount as whole_amount,
        whole.generated_count as whole_count,
        whole.generated_without_amount_count as whole_without_amount_count
    from periods
    inner join whole
        on
            periods.period_grain = whole.period_grain
            and periods.period_start = whole.period_start
    where periods.segment_type in ('motion', 'sourced_by_role') and periods.generated_count > 0
),

final as (
    {{ kpi_rows(
        'P01', 'amount', 'periods',
        numerator='generated_amount',
        n='generated_count',
        n_excluded='generated_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('P01', 'count', 'periods', numerator='generated_count') }}
    union all
    {{ kpi_rows(
        'P01', 'renewal_amount', 'periods',
        numerator='renewal_amount',
        n='renewal_count',
        n_excluded='renewal_without_amount_count'
    ) }}
    union all
    {{ kpi_rows(
        'P04', 'amount', 'shares',
        numerator='generated_amount',
        denominator='whole_amount',
        n='whole_count',
        n_excluded='whole_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('P04', 'count', 'shares', numerator='generated_count', denominator='whole_count') }}
    union all
    {{ kpi_rows(
        'V19', 'amount', 'periods',
        numerator='referral_amount',
        n='referral_count',
        n_excluded='referral_without_amount_count'
    ) }}
    union all
    {{ kpi_rows('V19', 'count', 'periods', numerator='referral_count') }}
)

select * from final
