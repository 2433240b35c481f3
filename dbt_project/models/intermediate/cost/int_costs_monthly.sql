-- One row a month and bucket of cost.
with entries as (
    select * from {{ ref('int_cost_entries_prepared') }}
    where incurred_on <= cast('{{ var("as_of_date") }}' as date)
),

final as (
    select
        {{ date_start('month', 'incurred_on') }} as month_start,
        cost_bucket,
        coalesce(sum(amount), 0) as cost,
        count(*) - count(amount) as without_amount_count
    from entries
    group by
        {{ date_start('month', 'incurred_on') }},
        cost_bucket
)

select * from final
