{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook=[
        "{{ note_rows('before') }}",
        "
        {% if is_incremental() %}
            delete from {{ this }} as snapshot
            where
                not exists (
                    select 1
                    from {{ ref('int_opportunity_snapshot_spans') }} as spans
                    where
                        spans.opportunity_id = snapshot.opportunity_id
                        and spans.span_fingerprint = snapshot.span_fingerprint
                        and snapshot.snapshot_on between spans.first_day and spans.last_day
                )
                {% if var('rebuild_snapshots_from') %}
                    or snapshot.snapshot_on between
                        cast('{{ var('rebuild_snapshots_from') }}' as date)
                        and cast('{{ var('rebuild_snapshots_until') or var('as_of_date') }}' as date)
                {% endif %}
        {% endif %}
        ",
        "{{ note_rows('kept') }}",
    ],
    post_hook="{{ note_rows('after') }}"
) }}

-- Days are written once. The hook has taken away the days whose values are no longer those of the history;
-- what is missing now is added: the new day, the days that changed, the days that were asked for. Both
-- happen in one transaction, and a night without anything new does neither.
with spans as (
    select * from {{ ref('int_opportunity_snapshot_spans') }}
),

calendar as (
    {{ date_series("'1990-01-01'", "'" ~ var('as_of_date') ~ "'") }}
),

{% if is_incremental() %}
    kept_spans as (
        select
            opportunity_id,
            span_fingerprint,
            min(snapshot_on) as first_day,
            max(snapshot_on) as last_day,
            count(*) as day_count
        from {{ this }}
        group by
            opportunity_id,
            span_fingerprint
    ),

    incomplete_spans as (
        select spans.*
        from spans
        left join kept_spans
            on
                spans.opportunity_id = kept_spans.opportunity_id
                and spans.span_fingerprint = kept_spans.span_fingerprint
        where
            kept_spans.opportunity_id is null
            or kept_spans.first_day <> spans.first_day
            or kept_spans.last_day <> spans.last_day
            or kept_spans.day_count <> {{ days_between('spans.first_day', 'spans.last_day') }} + 1
    ),

    missing_days as (
        select
            calendar.date_day as snapshot_on,
            incomplete_spans.*
        from incomplete_spans
        inner join calendar
            on calendar.date_day between incomplete_spans.first_day and incomplete_spans.last_day
        left join {{ this }} as kept
            on
                incomplete_spans.opportunity_id = kept.opportunity_id
                and calendar.date_day = kept.snapshot_on
        where kept.opportunity_id is null
    ),
{% else %}
    missing_days as (
        select
            calendar.date_day as snapshot_on,
            spans.*
        from spans
        inner join calendar
            on calendar.date_day between spans.first_day and spans.last_day
    ),
{% endif %}

final as (
    select
        snapshot_on,
        opportunity_id,
        source_name,
        owner_id,
        stage,
        stage_original,
        cast(stage_order as integer) as stage_order,
        state,
        is_open,
        is_won,
        is_lost,
        is_in_pipeline,
        is_open and coalesce(close_date < snapshot_on, false) as is_past_due,
        close_date,
        forecast_category,
        currency_code,
        cast(amount_original as decimal(18, 2)) as amount_original,
        cast(amount as decimal(18, 2)) as amount,
        cast(probability as {{ type_double() }}) as probability,
        probability_source,
        cast(weighted_amount as decimal(18, 2)) as weighted_amount,
        cast(stage_default_probability as {{ type_double() }}) as stage_default_probability,
        cast(stage_weighted_amount as decimal(18, 2)) as stage_weighted_amount,
        cast({{ days_between('created_on', 'snapshot_on') }} as integer) as days_since_creation,
        weakest_source,
        span_fingerprint
    from missing_days
)

select * from final
