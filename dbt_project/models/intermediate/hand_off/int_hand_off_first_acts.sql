-- One row a hand-off after which its receiver acted at the company: the first outbound act that a person did. Whoever
-- passed the lead is not the receiver, and a program is nobody.
with hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
),

acts as (
    select
        company_id,
        user_id,
        occurred_at
    from {{ ref('int_sales_touches') }}
    where direction = 'outbound' and not is_automated and not is_planned
),

final as (
    select
        hand_offs.hand_off_id,
        min(acts.occurred_at) as acted_at
    from hand_offs
    inner join acts
        on
            hand_offs.company_id = acts.company_id
            and hand_offs.to_user_id = acts.user_id
            and hand_offs.handed_off_at <= acts.occurred_at
    group by hand_offs.hand_off_id
)

select * from final
