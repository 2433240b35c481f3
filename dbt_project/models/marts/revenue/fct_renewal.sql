with terms as (
    select * from {{ ref('int_subscription_terms') }}
),

final as (
    select
        {{ surrogate_key('subscription_id', "cast(ended_on as " ~ dbt.type_string() ~ ")") }} as renewal_id,
        subscription_id,
        customer_id,
        account_id,
        started_on,
        ended_on,
        cast(term_months as bigint) as term_months,
        next_started_on is not null as is_renewed,
        next_started_on,
        renewal_booked_on,
        is_renewed_on_time,
        cast(expiring_arr as decimal(18, 2)) as expiring_arr,
        cast(renewed_arr as decimal(18, 2)) as renewed_arr
    from terms
)

select * from final
