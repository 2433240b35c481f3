{%- set arrivals = ['created', 'reopened', 'requalified', 'pulled_in', 'pushed_in', 'transferred_in'] %}
{%- set departures = ['pulled_out', 'pushed_out', 'transferred_out', 'won', 'lost', 'disqualified'] %}
{%- set dimensions = ['owner_id', 'opportunity_type', 'account_segment', 'closing_quarter_start'] %}
-- A day without a movement repeats the balance, so that every day that has pipeline has its rows.
with movements as (
    select * from {{ ref('int_pipeline_movements') }}
),

opportunities as (
    select
        opportunity_id,
        opportunity_type,
        account_id
    from {{ ref('int_opportunities_prepared') }}
),

accounts as (
    select
        account_id,
        account_segment
    from {{ source('resolved', 'account') }}
),

calendar as (
    {{ date_series("'1990-01-01'", "'" ~ var('as_of_date') ~ "'") }}
),

days as (
    select
        movements.moved_on,
        movements.owner_id,
        opportunities.opportunity_type,
        accounts.account_segment,
        movements.closing_quarter_start,
        {%- for movement in arrivals + departures %}
            coalesce(
                sum(abs(movements.opportunity_count)) filter (where movements.movement_type = '{{ movement }}'), 0
            ) as {{ movement }}_count,
            coalesce(
                {% if movement in departures %}-{% endif -%}
                sum(movements.amount) filter (where movements.movement_type = '{{ movement }}'), 0
            ) as {{ movement }}_amount,
        {%- endfor %}
        count(*) filter (where movements.movement_type = 'amount_changed') as amount_changed_count,
        coalesce(
            sum(movements.amount) filter (where movements.movement_type = 'amount_changed'), 0
        ) as amount_changed_amount,
        sum(movements.opportunity_count) as net_count,
        sum(movements.amount) as net_amount
    from movements
    inner join opportunities
        on movements.opportunity_id = opportunities.opportunity_id
    left join accounts
        on opportunities.account_id = accounts.account_id
    group by
        movements.moved_on,
        movements.owner_id,
        opportunities.opportunity_type,
        accounts.account_segment,
        movements.closing_quarter_start
),

balances as (
    select
        *,
        sum(net_count) over so_far as closing_count,
        sum(net_amount) over so_far as closing_amount,
        lead(moved_on) over (partition by {{ dimensions | join(', ') }} order by moved_on) as next_moved_on
    from days
    window so_far as (
        partition by {{ dimensions | join(', ') }}
        order by moved_on
        rows unbounded preceding
    )
),

repeated as (
    select
        calendar.date_day,
        balances.*,
        calendar.date_day = balances.moved_on as is_moving
    from balances
    inner join calendar
        on
            balances.moved_on = calendar.date_day
            or (
                balances.closing_count <> 0
                and balances.moved_on < calendar.date_day
                and coalesce(balances.next_moved_on > calendar.date_day, true)
            )
),

final as (
    select
        {{ surrogate_key(
            'cast(date_day as ' ~ dbt.type_string() ~ ')',
            "coalesce(owner_id, '(none)') || '|' || coalesce(opportunity_type, '(none)') || '|'"
            ~ " || coalesce(account_segment, '(none)') || '|'"
            ~ " || coalesce(cast(closing_quarter_start as " ~ dbt.type_string() ~ "), '(none)')"
        ) }} as pipeline_movement_id,
        date_day as moved_on,
        owner_id,
        opportunity_type,
        account_segment,
        closing_quarter_start,
        cast(closing_count - case when is_moving then net_count else 0 end as bigint) as opening_count,
        cast(closing_amount - case when is_moving then net_amount else 0 end as decimal(18, 2)) as opening_amount,
        {%- for movement in arrivals + departures + ['amount_changed'] %}
            cast(case when is_moving then {{ movement }}_count else 0 end as bigint) as {{ movement }}_count,
            cast(case when is_moving then {{ movement }}_amount else 0 end as decimal(18, 2)) as {{ movement }}_amount,
        {%- endfor %}
        cast(closing_count as bigint) as closing_count,
        cast(closing_amount as decimal(18, 2)) as closing_amount
    from repeated
)

select * from final
