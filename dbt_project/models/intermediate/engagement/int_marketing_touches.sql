-- One row a company and day on which marketing reached it: a mail that arrived, a form, a response to a campaign, a
-- mail of a sequence that no person sent. Automated mail alone is marketing, whoever set it up.
with sends as (
    select * from {{ ref('int_email_sends_prepared') }}
    where delivered_at is not null
),

individuals as (
    select * from {{ ref('int_individuals') }}
),

domains as (
    select * from {{ ref('int_company_domains') }}
),

mails as (
    select
        sends.contact_id,
        sends.lead_id,
        {{ email_domain('sends.email') }} as email_domain,
        {{ business_date('sends.delivered_at') }} as occurred_on
    from sends
),

touches as (
    select
        coalesce(
            contact_individuals.company_id,
            lead_individuals.company_id,
            domains.company_id,
            case
                when mails.email_domain not in ({{ text_list(var('free_mail_domains')) }})
                    then {{ surrogate_key("'website'", 'mails.email_domain') }}
            end
        ) as company_id,
        mails.occurred_on,
        'mail' as marketing_touch_kind
    from mails
    left join individuals as contact_individuals
        on contact_individuals.entity = 'contact' and mails.contact_id = contact_individuals.record_id
    left join individuals as lead_individuals
        on lead_individuals.entity = 'lead' and mails.lead_id = lead_individuals.record_id
    left join domains
        on mails.email_domain = domains.company_domain
    union all
    select
        company_id,
        occurred_on,
        engagement_kind as marketing_touch_kind
    from {{ ref('int_engagements') }}
    where engagement_kind in ('form', 'campaign_response')
    union all
    select
        company_id,
        occurred_on,
        'sequence' as marketing_touch_kind
    from {{ ref('int_touch_individuals') }}
    where is_done_by_us and is_automated
),

final as (
    select
        company_id,
        occurred_on,
        count(*) as marketing_touch_count
    from touches
    where company_id is not null and occurred_on <= cast('{{ var("as_of_date") }}' as date)
    group by
        company_id,
        occurred_on
)

select * from final
