{{ config(meta={'dagster': {'ref': {'name': 'fct_pipeline_movement'}}}) }}

-- A waterfall that does not add up is not believed, and should not be. A failing row has a closing that its
-- opening and movements do not make, or an opening that is not the closing of the day before.
with movements as (
    select
        *,
        lag(moved_on) over groups_of_deals as previous_day,
        lag(closing_amount) over groups_of_deals as previous_closing_amount,
        lag(closing_count) over groups_of_deals as previous_closing_count
    from {{ ref('fct_pipeline_movement') }}
    window groups_of_deals as (
        partition by owner_id, opportunity_type, account_segment, closing_quarter_start
        order by moved_on
    )
),

chained as (
    select
        *,
        -- A day without a row is a day without pipeline.
        case when previous_day = {{ add_days('moved_on', -1) }} then previous_closing_amount else 0 end
            as expected_opening_amount,
        case when previous_day = {{ add_days('moved_on', -1) }} then previous_closing_count else 0 end
            as expected_opening_count
    from movements
)

select *
from chained
where
    opening_amount
    + created_amount + reopened_amount + requalified_amount
    + pulled_in_amount + pushed_in_amount + transferred_in_amount
    + amount_changed_amount
    - pulled_out_amount - pushed_out_amount - transferred_out_amount
    - won_amount - lost_amount - disqualified_amount
    <> closing_amount
    or opening_count
    + created_count + reopened_count + requalified_count
    + pulled_in_count + pushed_in_count + transferred_in_count
    - pulled_out_count - pushed_out_count - transferred_out_count
    - won_count - lost_count - disqualified_count
    <> closing_count
    or opening_amount <> expected_opening_amount
    or opening_count <> expected_opening_count
    or (previous_closing_count <> 0 and previous_day <> {{ add_days('moved_on', -1) }})
