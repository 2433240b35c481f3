-- Q04: how old what enrichment brought is on the run's day. Which fields it filled, and which records a provider knew,
-- no source delivers.
with run_date as (
    select cast('{{ var("as_of_date") }}' as date) as as_of_date
),

accounts as (
    select
        accounts.account_id,
        case when accounts.enriched_on <= run_date.as_of_date then accounts.enriched_on end as enriched_on,
        run_date.as_of_date
    from {{ source('resolved', 'account') }} as accounts
    cross join run_date
),

totals as (
    select
        {{ as_of_period() }},
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        count(enriched_on) as enriched_count,
        count(*) - count(enriched_on) as never_enriched_count,
        {{ median(days_between('enriched_on', 'as_of_date'), 'enriched_on is not null') }} as age_median
    from accounts
    having count(enriched_on) > 0
),

final as (
    {{ kpi_rows(
        'Q04', 'age_median', 'totals',
        denominator='enriched_count',
        value='age_median',
        n_excluded='never_enriched_count'
    ) }}
)

select * from final
