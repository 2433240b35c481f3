-- Revenue that changes its payer and is neither lost nor won: on one day a customer loses what another gains
-- of the same product, either within one subscription, or within one family of accounts where the loser ends
-- altogether (a consolidation). The lesser of both sums is transferred; the rest stays a movement of its own.
with changes as (
    select * from {{ ref('int_recurring_revenue_changes') }}
),

customer_days as (
    select * from {{ ref('int_customer_revenue_days') }}
),

families as (
    select * from {{ ref('int_account_families') }}
),

judged as (
    select
        changes.*,
        customer_days.mrr_after,
        coalesce(families.family_id, changes.customer_id) as family_id,
        min(changes.contract_change) over (
            partition by changes.subscription_id, changes.product_id, changes.changed_on
        ) < 0
        and max(changes.contract_change) over (
            partition by changes.subscription_id, changes.product_id, changes.changed_on
        ) > 0 as is_within_subscription
    from changes
    inner join customer_days
        on
            changes.customer_id = customer_days.customer_id
            and changes.changed_on = customer_days.changed_on
    left join families
        on changes.account_id = families.account_id
),

net as (
    select
        customer_id,
        product_id,
        changed_on,
        is_within_subscription,
        case when is_within_subscription then subscription_id else family_id end as pool_id,
        mrr_after,
        sum(contract_change) as contract_change
    from judged
    group by
        customer_id,
        product_id,
        changed_on,
        is_within_subscription,
        case when is_within_subscription then subscription_id else family_id end,
        mrr_after
),

movable as (
    select
        *,
        abs(contract_change) as amount,
        contract_change > 0 as is_gain
    from net
    where
        contract_change > 0
        or (contract_change < 0 and (is_within_subscription or mrr_after = 0))
),

pooled as (
    select
        *,
        least(
            sum(case when is_gain then amount else 0 end) over (
                partition by is_within_subscription, pool_id, product_id, changed_on
            ),
            sum(case when is_gain then 0 else amount end) over (
                partition by is_within_subscription, pool_id, product_id, changed_on
            )
        ) as transferable,
        -- The largest first, so that every cent is given out once.
        coalesce(
            sum(amount) over (
                partition by is_within_subscription, pool_id, product_id, changed_on, is_gain
                order by amount desc, customer_id asc
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as amount_earlier
    from movable
),

given_out as (
    select
        customer_id,
        product_id,
        changed_on,
        case when is_gain then 1 else -1 end
        * least(amount, greatest(transferable - amount_earlier, 0)) as transfer_change
    from pooled
),

final as (
    select
        customer_id,
        product_id,
        changed_on,
        sum(transfer_change) as transfer_change
    from given_out
    group by
        customer_id,
        product_id,
        changed_on
    having sum(transfer_change) <> 0
)

select * from final
