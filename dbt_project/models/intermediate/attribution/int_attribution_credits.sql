{{ config(materialized='table') }}
{%- set shares = {
    'first': '1.0 * cast(place = 1 as integer)',
    'last': '1.0 * cast(place = touch_count as integer)',
    'linear': '1.0 / touch_count',
    'u_shaped': 'case when touch_count <= 2 then 1.0 / touch_count when place in (1, touch_count) then 0.4 '
        ~ 'else 0.2 / (touch_count - 2) end',
    'w_shaped': '0.3 * milestone_count + case when milestone_count = 0 then 0.1 / other_count else 0 end',
    'time_decay': 'power(0.5, cast(' ~ days_between('occurred_on', 'created_on') ~ ' as double) / '
        ~ var('attribution_half_life_days') ~ ')',
} %}

-- One row an opportunity, model and touch with credit, and one for each opportunity that nothing is known to have
-- brought. Credits of an opportunity and model add up to one: where milestones are missing, those that are there share
-- alike. The full path alone goes on to the close of a won opportunity.
with touches as (
    select * from {{ ref('int_attribution_touches') }}
),

opportunities as (
    select
        opportunity_id,
        created_on,
        close_date,
        is_won,
        coalesce(amount, 0) as amount
    from {{ ref('int_opportunities_prepared') }}
    where not is_renewal
),

people as (
    select * from {{ ref('int_opportunity_people') }}
),

records as (
    select
        individuals.individual_id,
        {{ business_date('persons.created_at') }} as known_on
    from {{ ref('int_individuals') }} as individuals
    inner join {{ ref('int_persons_merged') }} as persons
        on individuals.person_id = persons.person_id
),

-- The day from which anybody of the opportunity is in the CRM.
known as (
    select
        people.opportunity_id,
        min(records.known_on) as known_on
    from people
    inner join records
        on people.individual_id = records.individual_id
    group by people.opportunity_id
),

-- The touch that made somebody known is the last one up to that day; who was known before any touch, by the first.
marked as (
    select
        touches.*,
        coalesce(
            max(case when touches.is_before_creation and touches.occurred_on <= known.known_on then touches.place end)
                over (partition by touches.opportunity_id),
            1
        ) as known_place
    from touches
    left join known
        on touches.opportunity_id = known.opportunity_id
),

before_creation as (
    select
        opportunity_id,
        touch_id,
        occurred_on,
        created_on,
        place,
        touch_count_before_creation as touch_count,
        cast(place = 1 as integer)
        + cast(place = known_place as integer)
        + cast(place = touch_count_before_creation as integer) as milestone_count
    from marked
    where is_before_creation
),

counted as (
    select
        *,
        count(*) filter (where milestone_count = 0) over (partition by opportunity_id) as other_count
    from before_creation
),

path as (
    select
        opportunity_id,
        touch_id,
        cast(place = 1 as integer)
        + cast(place = known_place as integer)
        + cast(place = touch_count_before_creation as integer)
        + case when won_on is not null then cast(place = touch_count as integer) else 0 end as milestone_count
    from marked
),

whole_path as (
    select
        *,
        count(*) filter (where milestone_count = 0) over (partition by opportunity_id) as other_count
    from path
),

weighed as (
    {%- for model, share in shares.items() %}
        select
            opportunity_id,
            touch_id,
            '{{ model }}' as attribution_model,
            {{ share }} as weight
        from counted
        union all
    {%- endfor %}
    select
        opportunity_id,
        touch_id,
        'full_path' as attribution_model,
        0.225 * milestone_count + case when milestone_count = 0 then 0.1 / other_count else 0 end as weight
    from whole_path
),

shared as (
    select
        weighed.*,
        cast(weight as {{ type_double() }})
        / sum(cast(weight as {{ type_double() }})) over (partition by opportunity_id, attribution_model) as credit
    from weighed
    where weight > 0
),

attributed as (
    select
        shared.opportunity_id,
        shared.attribution_model,
        shared.touch_id,
        touches.person_id,
        touches.campaign_id,
        touches.channel,
        touches.touch_kind,
        touches.occurred_on as touched_on,
        shared.credit
    from shared
    inner join touches
        on
            shared.opportunity_id = touches.opportunity_id
            and shared.touch_id = touches.touch_id
),

models as (
    {%- for model in shares.keys() | list + ['full_path'] %}
        select '{{ model }}' as attribution_model
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

unattributed as (
    select
        opportunities.opportunity_id,
        models.attribution_model
    from opportunities
    cross join models
    left join shared
        on
            opportunities.opportunity_id = shared.opportunity_id
            and models.attribution_model = shared.attribution_model
    where shared.opportunity_id is null
),

credits as (
    select * from attributed
    union all
    select
        opportunity_id,
        attribution_model,
        cast(null as {{ dbt.type_string() }}) as touch_id,
        cast(null as {{ dbt.type_string() }}) as person_id,
        cast(null as {{ dbt.type_string() }}) as campaign_id,
        'unattributed' as channel,
        cast(null as {{ dbt.type_string() }}) as touch_kind,
        cast(null as date) as touched_on,
        cast(1 as {{ type_double() }}) as credit
    from unattributed
),

final as (
    select
        {{ surrogate_key(
            'credits.opportunity_id', "concat(credits.attribution_model, '|', coalesce(credits.touch_id, ''))"
        ) }} as attribution_credit_id,
        credits.opportunity_id,
        credits.attribution_model,
        credits.touch_id,
        credits.touch_kind,
        credits.person_id,
        credits.campaign_id,
        credits.channel,
        credits.touched_on,
        credits.credit,
        cast(credits.credit * opportunities.amount as decimal(28, 8)) as credited_amount,
        opportunities.created_on,
        opportunities.close_date,
        opportunities.is_won
    from credits
    inner join opportunities
        on credits.opportunity_id = opportunities.opportunity_id
)

select * from final
