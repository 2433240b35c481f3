-- One row a line of won new business: units and what they were sold for, net of discounts, in the reporting currency
-- at the rate of the close date.
with lines as (
    select * from {{ source('resolved', 'opportunity_line_item') }}
),

opportunities as (
    select * from {{ ref('int_opportunities_prepared') }}
    where is_won and is_new_business and close_date is not null
),

products as (
    select
        product_id,
        product_name
    from {{ source('resolved', 'product') }}
),

rates as (
    select * from {{ ref('int_currency_rates_bounded') }}
),

final as (
    select
        lines.opportunity_line_item_id,
        lines.opportunity_id,
        lines.product_id,
        coalesce(products.product_name, lines.product_id) as product_name,
        opportunities.close_date,
        lines.quantity,
        {{ converted_amount('lines.total_price_original', rate_of_opportunity('opportunities.currency_code')) }}
            as total_price
    from lines
    inner join opportunities
        on lines.opportunity_id = opportunities.opportunity_id
    left join products
        on lines.product_id = products.product_id
    left join rates
        on
            opportunities.currency_code = rates.currency_code
            and opportunities.close_date >= rates.valid_from
            and coalesce(opportunities.close_date < rates.valid_until, true)
)

select * from final
