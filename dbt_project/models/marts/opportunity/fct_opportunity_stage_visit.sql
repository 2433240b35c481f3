with entries as (
    select * from {{ ref('int_opportunity_stage_entries_completed') }}
),

opportunities as (
    select
        opportunity_id,
        source_name,
        account_id,
        owner_id,
        as_of_date
    from {{ ref('int_opportunities_prepared') }}
),

sequenced as (
    select
        *,
        row_number() over visits as visit_number,
        row_number() over (
            partition by opportunity_id, stage_key
            order by position, position_within, stage_order
        ) as stage_visit_number,
        lead(entered_at) over visits as left_at,
        lead(entered_on) over visits as left_on,
        lead(stage_key) over visits as next_stage_key,
        lead(position) over visits as next_position,
        lag(stage_order) over visits as previous_stage_order,
        lag(state) over visits as previous_state
    from entries
    window visits as (
        partition by opportunity_id
        order by position, position_within, stage_order, stage_key
    )
),

final as (
    select
        {{ surrogate_key(
            'sequenced.opportunity_id', "sequenced.entry_source || '|' || sequenced.entry_key"
        ) }} as opportunity_stage_visit_id,
        sequenced.opportunity_id,
        opportunities.source_name,
        opportunities.account_id,
        opportunities.owner_id,
        cast(sequenced.visit_number as integer) as visit_number,
        sequenced.stage,
        sequenced.stage_original,
        cast(sequenced.stage_order as integer) as stage_order,
        sequenced.state,
        sequenced.entered_at,
        sequenced.entered_on,
        sequenced.left_at,
        sequenced.left_on,
        sequenced.entry_source,
        sequenced.next_position is null as is_current,
        sequenced.stage_visit_number = 1 as is_first_visit,
        sequenced.entry_source not in ('history', 'field_history') as is_imputed,
        coalesce(
            sequenced.state = 'open'
            and sequenced.previous_state = 'open'
            and sequenced.stage_order < sequenced.previous_stage_order,
            false
        ) as is_regression,
        coalesce(
            sequenced.state = 'open' and sequenced.previous_state in ('won', 'lost'), false
        ) as is_reopening,
        -- A stay counts only from a recorded entry; a closed stage is not stayed in.
        cast(
            case
                when
                    sequenced.entry_source not in ('history', 'field_history')
                    or sequenced.state in ('won', 'lost')
                    then null
                when sequenced.next_position is not null
                    then {{ days_between('sequenced.entered_on', 'sequenced.left_on') }}
                when sequenced.entered_on <= opportunities.as_of_date
                    then {{ days_between('sequenced.entered_on', 'opportunities.as_of_date') }}
            end as integer
        ) as days_in_stage
    from sequenced
    inner join opportunities
        on sequenced.opportunity_id = opportunities.opportunity_id
)

select * from final
