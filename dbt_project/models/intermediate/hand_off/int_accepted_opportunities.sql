{{ config(materialized='table') }}

-- One row an opportunity that sales accepted (P03): by the first hand-off that was, whoever passed a second lead onto it
-- later, and with the qualification as it was recorded at that time.
with hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
    where is_accepted and person_id is not null
),

opportunities as (
    select
        opportunity_id,
        account_id,
        created_at
    from {{ ref('int_opportunities_prepared') }}
    where not is_created_after_as_of
),

ordered as (
    select
        hand_offs.*,
        row_number() over (
            partition by hand_offs.opportunity_id order by hand_offs.decided_at, hand_offs.hand_off_id
        ) as place
    from hand_offs
    inner join opportunities
        on hand_offs.opportunity_id = opportunities.opportunity_id
),

final as (
    select
        opportunity_id,
        hand_off_id,
        from_user_id,
        motion,
        company_id,
        decided_at as accepted_at,
        decided_on as accepted_on
    from ordered
    where place = 1
)

select * from final
