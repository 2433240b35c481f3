-- File `retention`: customers by the fiscal quarter in which they began to pay, and what is left of
-- them some months later. Shown as soon as the whole cohort is that old. And who left or shrank.
with

paying as (
    select customer_id, month_start, cast(arr as double) as arr
    from marts.fct_mrr_monthly
    where is_month_complete and mrr > 0
),

customer as (
    select customer_id, min(month_start) as first_month, arg_min(arr, month_start) as first_arr
    from paying group by customer_id
),

cohort as (
    select
        dim_date.fiscal_quarter_label as cohort,
        bool_or(customer.first_month = (select min(month_start) from paying)) as is_from_start,
        max(customer.first_month) as last_first_month,
        count(*) as customers,
        sum(customer.first_arr) as first_arr,
        list(customer.customer_id) as members
    from customer
    inner join marts.dim_date on customer.first_month = dim_date.date_day
    group by dim_date.fiscal_quarter_label
),

age as (
    select unnest(range(0, 121, 3)) as months
),

cohort_age as (
    select
        cohort.cohort, cohort.customers, cohort.first_arr, cohort.is_from_start, age.months,
        sum(paying.arr) as arr, count(paying.customer_id) as paying_customers
    from cohort
    inner join age
        on cohort.last_first_month + to_months(cast(age.months as int))
        <= (select max(month_start) from paying)
    inner join customer on list_contains(cohort.members, customer.customer_id)
    left join paying
        on customer.customer_id = paying.customer_id
        and paying.month_start = customer.first_month + to_months(cast(age.months as int))
    group by all
)

select 'retention' as file, to_json({
    cohorts: (
        select list({
            cohort: cohort, months: months, customers: customers, first_arr: first_arr,
            arr: coalesce(arr, 0), paying: paying_customers, from_start: is_from_start
        } order by cohort, months)
        from cohort_age
    ),
    shrunk: (
        select list({
            customer: customer, opening: opening, change: change, churned: has_churned
        } order by change, customer)
        from (
            select
                coalesce(dim_account.account_name, retention.customer_id) as customer,
                cast(retention.opening_arr as double) as opening,
                cast(retention.net_retained_arr - retention.opening_arr as double) as change,
                retention.has_churned
            from marts.fct_account_retention_12m as retention
            left join marts.dim_account using (account_id)
            where retention.month_start = (
                select max(month_start) from marts.fct_account_retention_12m
            )
                and retention.net_retained_arr < retention.opening_arr
            order by change, customer
            limit 20
        )
    )
}) as content
from (select 1)
where exists (from paying);
