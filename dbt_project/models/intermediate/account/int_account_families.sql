-- Each account's topmost parent. Every pass doubles the reach: five passes climb 32 levels. An account whose
-- parents lead round in a circle is a family of its own.
{%- set passes = 5 %}
with accounts as (
    select
        account_id,
        parent_account_id
    from {{ source('resolved', 'account') }}
),

climbed_0 as (
    select
        accounts.account_id,
        coalesce(parents.account_id, accounts.account_id) as reached_id
    from accounts
    left join accounts as parents
        on accounts.parent_account_id = parents.account_id
),

{% for number in range(1, passes + 1) %}
    climbed_{{ number }} as (
        select
            lower_part.account_id,
            upper_part.reached_id
        from climbed_{{ number - 1 }} as lower_part
        inner join climbed_{{ number - 1 }} as upper_part
            on lower_part.reached_id = upper_part.account_id
    ),

{% endfor %}
final as (
    select
        climbed.account_id,
        case when tops.reached_id = tops.account_id then climbed.reached_id else climbed.account_id end
            as family_id
    from climbed_{{ passes }} as climbed
    inner join climbed_0 as tops
        on climbed.reached_id = tops.account_id
)

select * from final
