{{ config(materialized='table') }}

-- One row a company and day on which anything happened between it and us.
with engagements as (
    select
        company_id,
        occurred_on,
        count(*) as engagement_count,
        count(distinct individual_id) as engaged_individual_count,
        {%- for kind in ['conversation', 'message', 'click', 'form', 'campaign_response'] %}
            count(*) filter (where engagement_kind = '{{ kind }}') as {{ kind }}_count{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_engagements') }}
    where company_id is not null
    group by
        company_id,
        occurred_on
),

sales as (
    select
        company_id,
        occurred_on,
        count(*) as sales_touch_count
    from {{ ref('int_touch_individuals') }}
    where is_done_by_us and not is_automated and company_id is not null
    group by
        company_id,
        occurred_on
),

marketing as (
    select * from {{ ref('int_marketing_touches') }}
),

days as (
    select
        company_id,
        occurred_on
    from engagements
    union distinct
    select
        company_id,
        occurred_on
    from sales
    union distinct
    select
        company_id,
        occurred_on
    from marketing
),

final as (
    select
        days.company_id,
        days.occurred_on,
        {%- for measure in [
            'engagement_count', 'engaged_individual_count', 'conversation_count', 'message_count', 'click_count',
            'form_count', 'campaign_response_count',
        ] %}
            coalesce(engagements.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        coalesce(sales.sales_touch_count, 0) as sales_touch_count,
        coalesce(marketing.marketing_touch_count, 0) as marketing_touch_count
    from days
    left join engagements
        on
            days.company_id = engagements.company_id
            and days.occurred_on = engagements.occurred_on
    left join sales
        on
            days.company_id = sales.company_id
            and days.occurred_on = sales.occurred_on
    left join marketing
        on
            days.company_id = marketing.company_id
            and days.occurred_on = marketing.occurred_on
)

select * from final
