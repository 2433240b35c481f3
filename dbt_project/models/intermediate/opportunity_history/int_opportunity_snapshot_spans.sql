{{ config(materialized='table') }}

-- The spans of which the daily snapshot is made: from the first day that is known to the run's, or to a
-- few days after the closing. The fingerprint changes with any value of the span's days, also when a rate
-- or the stage map changed; the last part is raised with every change of the model of the days.
with spans as (
    select
        *,
        cast('{{ var("as_of_date") }}' as date) as as_of_date
    from {{ ref('int_opportunity_day_spans') }}
),

closings as (
    select
        opportunity_id,
        {{ add_days('closed_on', var('opportunity_snapshot_tail_days')) }} as last_day
    from spans
    where is_last
),

bounded as (
    select
        spans.*,
        greatest(spans.from_on, cast('1990-01-01' as date)) as first_day,
        least(
            coalesce({{ add_days('spans.to_on', -1) }}, spans.as_of_date),
            coalesce(closings.last_day, spans.as_of_date),
            spans.as_of_date
        ) as last_day
    from spans
    inner join closings
        on spans.opportunity_id = closings.opportunity_id
),

final as (
    select
        bounded.*,
        {{ fingerprint([
            'opportunity_id', 'source_name', 'from_on', 'created_on', 'stage', 'stage_original', 'stage_order',
            'state', 'is_in_pipeline', 'owner_id', 'close_date', 'forecast_category', 'currency_code',
            'amount_original', 'amount', 'probability', 'probability_source', 'weighted_amount',
            'stage_default_probability', 'stage_weighted_amount', 'weakest_source', '1',
        ]) }} as span_fingerprint
    from bounded
    where first_day <= last_day
)

select * from final
