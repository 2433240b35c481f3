-- One row a customer and day on which something changed: what there was before and is afterwards.
with changes as (
    select * from {{ ref('int_recurring_revenue_changes') }}
),

days as (
    select
        customer_id,
        min(account_id) as account_id,
        changed_on,
        sum(contract_change) as contract_change,
        sum(fx_change) as fx_change
    from changes
    group by
        customer_id,
        changed_on
),

running as (
    select
        *,
        sum(contract_change + fx_change) over (
            partition by customer_id order by changed_on rows between unbounded preceding and current row
        ) as mrr_after
    from days
),

final as (
    select
        customer_id,
        account_id,
        changed_on,
        contract_change,
        fx_change,
        mrr_after - contract_change - fx_change as mrr_before,
        mrr_after,
        -- Free service is no revenue: who pays for the first time is new, however long they have been there.
        coalesce(
            max(mrr_after) over (
                partition by customer_id order by changed_on rows between unbounded preceding and 1 preceding
            ) > 0,
            false
        ) as has_paid_before
    from running
)

select * from final
