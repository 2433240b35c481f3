with days as (
    select * from {{ ref('int_company_engagement_days') }}
),

companies as (
    select * from {{ ref('int_companies') }}
),

final as (
    select
        {{ surrogate_key('days.company_id', 'cast(days.occurred_on as ' ~ dbt.type_string() ~ ')') }}
            as account_engagement_day_id,
        days.company_id,
        companies.account_id,
        companies.company_domain,
        companies.account_segment,
        days.occurred_on as engaged_on,
        cast(days.engagement_count as bigint) as engagement_count,
        cast(days.engaged_individual_count as bigint) as engaged_individual_count,
        cast(days.conversation_count as bigint) as conversation_count,
        cast(days.message_count as bigint) as message_count,
        cast(days.click_count as bigint) as click_count,
        cast(days.form_count as bigint) as form_count,
        cast(days.campaign_response_count as bigint) as campaign_response_count,
        cast(days.sales_touch_count as bigint) as sales_touch_count,
        cast(days.marketing_touch_count as bigint) as marketing_touch_count
    from days
    left join companies
        on days.company_id = companies.company_id
)

select * from final
