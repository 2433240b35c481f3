-- One row a customer and segment type. A type that no customer has a value for is not a dimension of the
-- company.
{%- set dimensions = {
    'owner': ['owner_id', 'coalesce(owner_name, owner_id)'],
    'industry': ['industry', 'industry'],
    'country': ['country', 'country'],
    'territory': ['territory', 'territory'],
} %}
with customers as (
    select
        customer_id,
        min(account_id) as account_id
    from {{ ref('int_subscription_charge_spans') }}
    group by customer_id
),

accounts as (
    select
        account_id,
        industry,
        country,
        territory,
        owner_id
    from {{ source('resolved', 'account') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

described as (
    select
        customers.customer_id,
        accounts.industry,
        accounts.country,
        accounts.territory,
        accounts.owner_id,
        users.user_name as owner_name
    from customers
    left join accounts
        on customers.account_id = accounts.account_id
    left join users
        on accounts.owner_id = users.user_id
),

{{ in_segments_of_its_own('described', 'customer_id', dimensions) }}

select * from final
