with credits as (
    select * from {{ ref('int_attribution_credits') }}
),

final as (
    select
        attribution_credit_id,
        opportunity_id,
        attribution_model,
        touch_id,
        touch_kind,
        person_id,
        campaign_id,
        channel,
        touched_on,
        credit,
        credited_amount,
        created_on,
        close_date,
        is_won
    from credits
)

select * from final
