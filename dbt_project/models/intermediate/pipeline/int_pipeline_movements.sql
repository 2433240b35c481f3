{{ config(materialized='table') }}

-- What happened to the open pipeline, deal by deal, as signed amounts: their sum up to the end of a day is
-- the pipeline of that day, by owner and by the fiscal quarter in which the deals are to close. On a day
-- on which several things changed, a deal first changes hands, then quarter, then amount, and then leaves;
-- so what is won is booked where and for what it was won.
with spans as (
    select * from {{ ref('int_opportunity_day_spans') }}
),

calendar as (
    select
        date_day,
        fiscal_quarter_start_date
    from {{ ref('int_calendar_days') }}
),

states as (
    select
        spans.opportunity_id,
        spans.from_on as moved_on,
        spans.state,
        spans.is_in_pipeline,
        spans.owner_id,
        coalesce(spans.amount, 0) as amount,
        -- A deal without a close date, or with one beyond the calendar, is to close in no quarter.
        calendar.fiscal_quarter_start_date as closing_quarter_start
    from spans
    left join calendar
        on spans.close_date = calendar.date_day
),

compared as (
    select
        *,
        coalesce(lag(is_in_pipeline) over deal, false) as was_in_pipeline,
        lag(state) over deal as previous_state,
        lag(owner_id) over deal as previous_owner_id,
        coalesce(lag(amount) over deal, 0) as previous_amount,
        lag(closing_quarter_start) over deal as previous_quarter_start,
        coalesce(
            max(case when is_in_pipeline then 1 else 0 end) over (
                partition by opportunity_id
                order by moved_on
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) = 1 as was_ever_in_pipeline
    from states
    window deal as (partition by opportunity_id order by moved_on)
),

-- A deal that is won from below has passed the pipeline on that day.
entering as (
    select *
    from compared
    where
        not was_in_pipeline
        and (is_in_pipeline or (state = 'won' and coalesce(previous_state, 'none') <> 'won'))
),

staying as (
    select
        *,
        coalesce(owner_id, '') <> coalesce(previous_owner_id, '') as has_changed_hands,
        coalesce(closing_quarter_start, cast('9999-12-31' as date)) as quarter_key,
        coalesce(previous_quarter_start, cast('9999-12-31' as date)) as previous_quarter_key
    from compared
    where was_in_pipeline
),

movements as (
    select
        opportunity_id,
        moved_on,
        case
            when not was_ever_in_pipeline then 'created'
            when previous_state in ('won', 'lost') then 'reopened'
            else 'requalified'
        end as movement_type,
        owner_id,
        closing_quarter_start,
        amount,
        1 as opportunity_count
    from entering
    union all
    select
        opportunity_id,
        moved_on,
        'transferred_out' as movement_type,
        previous_owner_id as owner_id,
        previous_quarter_start as closing_quarter_start,
        -previous_amount as amount,
        -1 as opportunity_count
    from staying
    where has_changed_hands
    union all
    select
        opportunity_id,
        moved_on,
        'transferred_in' as movement_type,
        owner_id,
        previous_quarter_start as closing_quarter_start,
        previous_amount as amount,
        1 as opportunity_count
    from staying
    where has_changed_hands
    union all
    select
        opportunity_id,
        moved_on,
        case when quarter_key < previous_quarter_key then 'pulled_out' else 'pushed_out' end as movement_type,
        owner_id,
        previous_quarter_start as closing_quarter_start,
        -previous_amount as amount,
        -1 as opportunity_count
    from staying
    where quarter_key <> previous_quarter_key
    union all
    select
        opportunity_id,
        moved_on,
        case when quarter_key < previous_quarter_key then 'pulled_in' else 'pushed_in' end as movement_type,
        owner_id,
        closing_quarter_start,
        previous_amount as amount,
        1 as opportunity_count
    from staying
    where quarter_key <> previous_quarter_key
    union all
    select
        opportunity_id,
        moved_on,
        'amount_changed' as movement_type,
        owner_id,
        closing_quarter_start,
        amount - previous_amount as amount,
        0 as opportunity_count
    from staying
    where amount <> previous_amount
    union all
    select
        opportunity_id,
        moved_on,
        case when state in ('won', 'lost') then state else 'disqualified' end as movement_type,
        owner_id,
        closing_quarter_start,
        -amount as amount,
        -1 as opportunity_count
    from staying
    where not is_in_pipeline
    union all
    select
        opportunity_id,
        moved_on,
        'won' as movement_type,
        owner_id,
        closing_quarter_start,
        -amount as amount,
        -1 as opportunity_count
    from entering
    where not is_in_pipeline
),

final as (
    select
        {{ surrogate_key(
            'opportunity_id', "cast(moved_on as " ~ dbt.type_string() ~ ") || '|' || movement_type"
        ) }} as pipeline_movement_id,
        opportunity_id,
        moved_on,
        movement_type,
        owner_id,
        closing_quarter_start,
        cast(amount as decimal(18, 2)) as amount,
        cast(opportunity_count as integer) as opportunity_count
    from movements
)

select * from final
