{{ config(materialized='table') }}

-- Movements of annual recurring revenue. What a customer's changes of a day come to decides the name; each
-- product has its share of it. Of a product's share the price comes first, on the units there were, then the
-- units. Steps of the exchange rate and transfers between customers are movements of their own.
with changes as (
    select * from {{ ref('int_recurring_revenue_changes') }}
),

transfers as (
    select * from {{ ref('int_recurring_revenue_transfers') }}
),

customer_days as (
    select * from {{ ref('int_customer_revenue_days') }}
),

united as (
    select
        customer_id,
        product_id,
        changed_on,
        contract_change,
        fx_change,
        unrounded_change,
        quantity_change,
        0 as transfer_change
    from changes
    union all
    select
        customer_id,
        product_id,
        changed_on,
        0 as contract_change,
        0 as fx_change,
        0 as unrounded_change,
        0 as quantity_change,
        transfer_change
    from transfers
),

product_days as (
    select
        customer_id,
        product_id,
        changed_on,
        sum(contract_change) as contract_change,
        sum(fx_change) as fx_change,
        sum(unrounded_change) as unrounded_change,
        sum(quantity_change) as quantity_change,
        sum(transfer_change) as transfer_change
    from united
    group by
        customer_id,
        product_id,
        changed_on
),

running as (
    select
        *,
        sum(contract_change + fx_change) over (
            partition by customer_id, product_id order by changed_on
            rows between unbounded preceding and current row
        ) as mrr_after,
        sum(unrounded_change) over (
            partition by customer_id, product_id order by changed_on
            rows between unbounded preceding and current row
        ) as unrounded_mrr_after,
        sum(quantity_change) over (
            partition by customer_id, product_id order by changed_on
            rows between unbounded preceding and current row
        ) as quantity_after,
        sum(transfer_change) over (partition by customer_id, changed_on) as customer_transfer_change,
        max(abs(transfer_change)) over (partition by customer_id, changed_on) > 0 as has_transfer
    from product_days
),

named as (
    select
        running.*,
        customer_days.account_id,
        -- Before the change of the contract, at the rate of the day.
        running.mrr_after - running.contract_change as mrr_before,
        running.quantity_after - running.quantity_change as quantity_before,
        running.contract_change - running.transfer_change as own_change,
        case
            when customer_days.contract_change = running.customer_transfer_change then null
            when
                customer_days.contract_change < running.customer_transfer_change
                and customer_days.mrr_after = 0
                and not running.has_transfer
                then 'churn'
            when customer_days.contract_change < running.customer_transfer_change then 'contraction'
            when customer_days.mrr_before <> 0 or running.has_transfer then 'expansion'
            when customer_days.has_paid_before then 'reactivation'
            else 'new'
        end as movement_type
    from running
    inner join customer_days
        on
            running.customer_id = customer_days.customer_id
            and running.changed_on = customer_days.changed_on
),

-- What the units there were would cost at the new price. So a change of units alone has no price in it, and a
-- change of price alone nothing else.
unit_prices as (
    select
        *,
        cast(unrounded_mrr_after as {{ type_double() }}) * quantity_before as mrr_after_times_quantity_before
    from named
),

at_new_price as (
    select
        *,
        cast(
            cast({{ safe_divide('mrr_after_times_quantity_before', 'quantity_after') }} as decimal(38, 10))
            as decimal(18, 2)
        ) as mrr_at_new_price
    from unit_prices
),

priced as (
    select
        *,
        case
            when mrr_before = 0 or quantity_before = 0 or transfer_change <> 0 then 0
            else coalesce(mrr_at_new_price - mrr_before, 0)
        end as price_change
    from at_new_price
),

parts as (
    select
        customer_id,
        account_id,
        product_id,
        changed_on as moved_on,
        movement_type,
        'price' as cause,
        price_change as mrr_change
    from priced
    where movement_type is not null
    union all
    select
        customer_id,
        account_id,
        product_id,
        changed_on as moved_on,
        movement_type,
        case when mrr_before = 0 and transfer_change = 0 then 'product' else 'quantity' end as cause,
        own_change - price_change as mrr_change
    from priced
    where movement_type is not null
    {%- for movement_type in ['transfer', 'fx'] %}
        union all
        select
            customer_id,
            account_id,
            product_id,
            changed_on as moved_on,
            '{{ movement_type }}' as movement_type,
            '{{ movement_type }}' as cause,
            {{ movement_type }}_change as mrr_change
        from priced
    {%- endfor %}
),

families as (
    select * from {{ ref('int_account_families') }}
),

grouped as (
    select
        parts.*,
        coalesce(families.family_id, parts.customer_id) as family_id
    from parts
    left join families
        on parts.account_id = families.account_id
    where parts.mrr_change <> 0
),

final as (
    select
        customer_id,
        account_id,
        product_id,
        moved_on,
        movement_type,
        cause,
        case
            when movement_type <> 'expansion' then null
            when cause = 'product' then 'cross_sell'
            when cause = 'price' then 'price'
            else 'upsell'
        end as expansion_type,
        case
            when movement_type = 'new'
                then moved_on = min(case when movement_type = 'new' then moved_on end) over (partition by family_id)
        end as is_first_order,
        cast(12 * mrr_change as decimal(18, 2)) as arr_change
    from grouped
)

select * from final
