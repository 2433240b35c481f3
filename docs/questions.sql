-- Questions that the published file answers, one statement each, for any company.
-- Run them all: duckdb -readonly data/demo/published/cultivar.duckdb < docs/questions.sql

-- How much is won, lost and open, and what is the open pipeline worth when weighted?
select kpi_id, variant, value, unit, n, n_excluded
from marts.fct_kpi
where segment_type = 'all'
    and is_headline
    and unit in ('count', 'reporting_currency')
    and (
        (starts_with(kpi_id, 'opportunities_open') and period_grain = 'day')
        or (kpi_id = 'P06' and period_grain = 'day')
        or (kpi_id in (
            'opportunities_won_count',
            'opportunities_won_amount',
            'opportunities_lost_count',
            'opportunities_lost_amount'
        ) and period_grain = 'all_time')
    )
order by kpi_id;

-- What is the win rate of each fiscal quarter, by count and by value, and is it on target?
select
    dim_date.fiscal_quarter_label,
    max(fct_kpi.value) filter (where fct_kpi.variant = 'count') as win_rate_by_count,
    max(fct_kpi.value) filter (where fct_kpi.variant = 'value') as win_rate_by_value,
    max(fct_kpi.n) filter (where fct_kpi.variant = 'count') as closed_opportunities,
    max(fct_kpi.status) filter (where fct_kpi.variant = 'count') as against_target,
    bool_and(fct_kpi.is_period_complete) as is_period_complete
from marts.fct_kpi
inner join marts.dim_date on fct_kpi.period_start = dim_date.date_day
where fct_kpi.kpi_id = 'P08'
    and fct_kpi.variant in ('count', 'value')
    and fct_kpi.period_grain = 'fiscal_quarter'
    and fct_kpi.segment_type = 'all'
group by dim_date.fiscal_quarter_label
order by dim_date.fiscal_quarter_label;

-- Which owner wins how often, and on how many closed opportunities does that rest?
select segment as owner, value as win_rate, n as closed_opportunities, is_low_n
from marts.fct_kpi
where kpi_id = 'P08'
    and variant = 'count'
    and period_grain = 'all_time'
    and segment_type = 'owner'
order by win_rate desc nulls last, owner;

-- How many days does it take from creation to a won deal, by opportunity type?
select segment as opportunity_type, value as median_days, n as deals, n_excluded
from marts.fct_kpi
where kpi_id = 'P07'
    and variant = 'won_median'
    and period_grain = 'all_time'
    and segment_type = 'opportunity_type'
order by opportunity_type;

-- In which stage do opportunities stay longest?
select
    stage,
    count(*) as visits,
    count(days_in_stage) as visits_with_a_known_length,
    median(days_in_stage) as median_days,
    count(*) filter (where is_current) as there_now
from marts.fct_opportunity_stage_visit
where state = 'open'
group by stage
order by median_days desc nulls last, stage;

-- What made the open pipeline of each month grow or shrink?
select
    dim_date.month_start_date,
    sum(opening_amount) filter (where moved_on = dim_date.month_start_date) as opening,
    sum(created_amount) as created,
    sum(reopened_amount + requalified_amount) as came_back,
    sum(amount_changed_amount) as amount_changed,
    sum(won_amount) as won,
    sum(lost_amount + disqualified_amount) as lost,
    sum(closing_amount) filter (where moved_on = dim_date.month_end_date) as closing
from marts.fct_pipeline_movement
inner join marts.dim_date
    on fct_pipeline_movement.moved_on = dim_date.date_day
group by dim_date.month_start_date
order by dim_date.month_start_date;

-- How much pipeline was made in each month, and how much of it for whom?
select
    period_start as month_start_date,
    segment as owner,
    value as pipeline_generated,
    n as opportunities
from marts.fct_kpi
where kpi_id = 'P01'
    and variant = 'amount'
    and period_grain = 'month'
    and segment_type in ('all', 'owner')
    and n > 0
order by period_start, segment_type, pipeline_generated desc, segment;

-- Do deals win as often as the CRM's probabilities say?
select
    stage,
    opportunity_type,
    closed_count,
    empirical_probability as share_won,
    crm_probability_mean,
    stage_default_probability,
    is_low_n
from marts.fct_pipeline_calibration
where measured_on = (select max(measured_on) from marts.fct_pipeline_calibration)
order by opportunity_type, stage_order;

-- Which open opportunities should have closed already, and whose are they?
select
    dim_user.user_name as owner,
    fct_opportunity.opportunity_name,
    fct_opportunity.stage,
    fct_opportunity.close_date,
    fct_opportunity.amount
from marts.fct_opportunity
left join marts.dim_user on fct_opportunity.owner_id = dim_user.user_id
where fct_opportunity.is_past_due
order by fct_opportunity.amount desc nulls last, fct_opportunity.opportunity_id;

-- How many leads were created, worked and converted in each month?
select
    period_start as month,
    sum(value) filter (where variant = 'inquiry') as created,
    sum(value) filter (where variant = 'working') as worked,
    sum(value) filter (where variant = 'converted') as converted
from marts.fct_kpi
where kpi_id = 'F01' and period_grain = 'month' and segment_type = 'all'
group by period_start
order by period_start;

-- Which lead source converts best?
select segment as lead_source, value as conversion_rate, n as leads, is_low_n
from marts.fct_kpi
where kpi_id = 'F03' and period_grain = 'all_time' and segment_type = 'lead_source'
order by conversion_rate desc nulls last, lead_source;

-- Which campaigns reach people, and how many of them respond?
select
    dim_campaign.campaign_name,
    count(distinct fct_campaign_touch.person_id) as people,
    count(distinct fct_campaign_touch.person_id)
        filter (where fct_campaign_touch.is_responded) as people_who_responded
from marts.fct_campaign_touch
inner join marts.dim_campaign on fct_campaign_touch.campaign_id = dim_campaign.campaign_id
group by dim_campaign.campaign_name
order by people_who_responded desc, dim_campaign.campaign_name;

-- Who did how many calls, mails and meetings in each month?
select
    dim_user.user_name as owner,
    cast(date_trunc('month', fct_activity.occurred_on) as date) as month,
    count(*) filter (where fct_activity.activity_type = 'call') as calls,
    count(*) filter (where fct_activity.activity_type = 'email') as mails,
    count(*) filter (where fct_activity.activity_type = 'meeting') as meetings
from marts.fct_activity
inner join marts.dim_user on fct_activity.owner_id = dim_user.user_id
where fct_activity.is_done
group by dim_user.user_name, month
order by owner, month;

-- Which accounts have open pipeline, and when was somebody last active there?
select
    dim_account.account_name,
    sum(fct_opportunity.amount) as open_amount,
    count(*) as open_opportunities,
    max(activity.last_done_on) as last_activity_on
from marts.fct_opportunity
inner join marts.dim_account on fct_opportunity.account_id = dim_account.account_id
left join (
    select account_id, max(occurred_on) as last_done_on
    from marts.fct_activity
    where is_done and occurred_on <= (select max(as_of_date) from marts.fct_opportunity)
    group by account_id
) as activity on dim_account.account_id = activity.account_id
where fct_opportunity.is_open
group by dim_account.account_id, dim_account.account_name
order by open_amount desc nulls last, dim_account.account_id;

-- What should each owner correct in the CRM first?
select
    coalesce(owner_name, '(nobody)') as owner,
    worklist_position,
    money_at_stake,
    severity,
    rule_id,
    entity,
    source_record_id,
    field,
    how_to_fix,
    first_seen_on
from marts.fct_worklist_item
order by owner, worklist_position;

-- Which rules are broken most, by what share of the records they judge?
select rule_id, entity, severity, failed_rows, total_rows, failed_rows / nullif(total_rows, 0) as share
from hygiene.check_result
where check_type = 'expectation'
    and failed_rows > 0
order by share desc nulls last, rule_id, entity;

-- How far is each territory from its quota this fiscal year?
select segment as territory, value as attainment, numerator as bookings, denominator as quota
from marts.fct_kpi
where kpi_id = 'R02'
    and period_grain = 'fiscal_year'
    and segment_type = 'territory'
    and as_of_date >= period_start
    and as_of_date < period_end
order by attainment desc nulls last;

-- What does a new customer cost, and how many months of margin pay that back?
select
    dim_date.fiscal_quarter_label,
    max(fct_kpi.value) filter (where fct_kpi.variant = 'per_customer') as cost_a_customer,
    max(fct_kpi.value) filter (where fct_kpi.kpi_id = 'V16') as payback_months,
    max(fct_kpi.n) as new_customers
from marts.fct_kpi
inner join marts.dim_date on fct_kpi.period_start = dim_date.date_day
where fct_kpi.kpi_id in ('V13', 'V16')
    and fct_kpi.period_grain = 'fiscal_quarter'
group by dim_date.fiscal_quarter_label
order by dim_date.fiscal_quarter_label;

-- Would customers recommend us, and how many answer at all?
select period_start, variant, value, n, is_low_n
from marts.fct_kpi
where kpi_id = 'V18'
    and period_grain = 'fiscal_year'
order by variant, period_start;

-- Is every row that came in accounted for?
select source_name, entity, rows_in, rows_out, rows_quarantined, rows_excluded, rows_unexplained
from marts.fct_row_balance
where rows_in > 0
order by source_name, entity;

-- Which KPIs miss their target?
select
    dim_kpi.kpi_name,
    fct_kpi.value,
    fct_kpi.target_low,
    fct_kpi.target_high,
    fct_kpi.n,
    fct_kpi.is_low_n
from marts.fct_kpi
inner join marts.dim_kpi
    on fct_kpi.kpi_id = dim_kpi.kpi_id and fct_kpi.variant = dim_kpi.variant
where fct_kpi.period_grain = 'all_time'
    and fct_kpi.segment_type = 'all'
    and (
        (dim_kpi.direction = 'up' and fct_kpi.status = 'below')
        or (dim_kpi.direction = 'down' and fct_kpi.status = 'above')
    )
order by dim_kpi.kpi_name;

-- What is recurring revenue at the end of each month?
select period_start as month, value as monthly_recurring_revenue, n as paying_accounts
from marts.fct_kpi
where kpi_id = 'V01' and variant = 'headline' and period_grain = 'month' and segment_type = 'all'
order by month;

-- Why did annual recurring revenue change in each month?
select
    period_start as month,
    sum(value) filter (where variant = 'opening') as opening,
    sum(value) filter (where variant = 'new') as new,
    sum(value) filter (where variant = 'reactivation') as came_back,
    sum(value) filter (where variant = 'expansion') as expansion,
    sum(value) filter (where variant = 'contraction') as contraction,
    sum(value) filter (where variant = 'churn') as churn,
    sum(value) filter (where variant in ('transfer', 'fx')) as transfers_and_exchange_rates,
    sum(value) filter (where variant = 'closing') as closing
from marts.fct_kpi
where kpi_id = 'V06' and period_grain = 'month' and segment_type = 'all'
group by month
order by month;

-- How much of the revenue of a year ago is left, without and with growth?
select
    period_start as month,
    max(value) filter (where kpi_id = 'V03') as gross_revenue_retention,
    max(value) filter (where kpi_id = 'V04') as net_revenue_retention,
    max(value) filter (where kpi_id = 'V05') as logo_retention,
    max(n) as accounts_of_a_year_ago
from marts.fct_kpi
where kpi_id in ('V03', 'V04', 'V05') and variant = 'point_to_point' and period_grain = 'month'
    and segment_type = 'all'
group by month
order by month;

-- Which customers left or shrank most in the last twelve months?
select
    coalesce(dim_account.account_name, retention.customer_id) as customer,
    retention.opening_arr,
    retention.net_retained_arr,
    retention.net_retained_arr - retention.opening_arr as change,
    retention.has_churned
from marts.fct_account_retention_12m as retention
left join marts.dim_account using (account_id)
where retention.month_start = (select max(month_start) from marts.fct_account_retention_12m)
    and retention.net_retained_arr < retention.opening_arr
order by change, customer
limit 20;

-- What share of the contracts that ended was renewed?
select
    period_start as quarter,
    max(value) filter (where variant = 'headline') as renewed,
    max(value) filter (where variant = 'on_time') as renewed_on_time,
    max(n) filter (where variant = 'headline') as contracts
from marts.fct_kpi
where kpi_id = 'V17' and period_grain = 'quarter' and segment_type = 'all'
    and variant in ('headline', 'on_time')
group by quarter
order by quarter;

-- Which mails arrive, are opened by people, and are clicked?
select
    segment as mail,
    max(value) filter (where kpi_id = 'M02') as delivery_rate,
    max(value) filter (where kpi_id = 'M01' and variant = 'human') as open_rate_of_people,
    max(value) filter (where kpi_id = 'M03' and variant = 'click_through_rate') as click_through_rate,
    max(n) filter (where kpi_id = 'M02') as sent
from marts.fct_kpi
where kpi_id in ('M01', 'M02', 'M03') and period_grain = 'all_time' and segment_type = 'mail'
group by mail
order by sent desc, mail;

-- How many free workspaces become paid within a month?
select period_start as month, numerator as paid, denominator as created, value as share
from marts.fct_kpi
where kpi_id = 'S04' and variant = 'paid_within_30_days' and period_grain = 'month'
    and segment_type = 'all'
order by month;

-- Which closed months have changed since their books were closed?
select
    period_start as month,
    count(*) as kpi_values,
    count(*) filter (where is_restated) as restated
from marts.fct_kpi
where is_frozen and period_grain = 'month' and segment_type = 'all'
group by month
order by month;

-- How many of the companies that we prospect do we get to talk to, and how many are passed to sales?
select
    period_start as month,
    max(denominator) filter (where kpi_id = 'A01') as companies,
    max(value) filter (where kpi_id = 'A01') as connect_rate,
    max(value) filter (where kpi_id = 'A02') as pass_rate
from marts.fct_kpi
where kpi_id in ('A01', 'A02') and variant = 'outbound' and period_grain = 'month' and segment_type = 'all'
group by month
order by month;

-- How many first meetings are booked, and how many are held?
select
    period_start as month,
    max(numerator) filter (where variant = 'booked') as booked,
    max(value) filter (where variant = 'held_rate') as held_rate
from marts.fct_kpi
where kpi_id = 'P02' and period_grain = 'month' and segment_type = 'all'
group by month
order by month;

-- What becomes of the leads that are passed to sales, and how long do they wait?
select
    decision,
    rejection_reason,
    count(*) as hand_offs,
    median(seconds_to_act) / 3600 as median_hours_to_act
from marts.fct_hand_off
group by decision, rejection_reason
order by hand_offs desc, decision, rejection_reason;
-- How soon do people of ours answer inbound leads, and how many does nobody answer?
select
    period_start as month,
    max(value) filter (where variant = 'elapsed_minutes_median') as median_minutes,
    max(value) filter (where variant = 'business_minutes_median') as median_business_minutes,
    max(value) filter (where variant = 'within_sla_business') as answered_in_time,
    max(value) filter (where variant = 'untouched_share') as untouched
from marts.fct_kpi
where kpi_id = 'F02' and period_grain = 'month' and segment_type = 'all'
group by month
order by month;

-- Which target accounts were busiest in the last weeks, and did marketing and sales both reach them?
select
    accounts.account_name,
    sum(days.engagement_count) as engagements,
    sum(days.conversation_count) as conversations,
    sum(days.sales_touch_count) as sales_touches,
    sum(days.marketing_touch_count) as marketing_touches
from marts.fct_account_engagement_daily as days
inner join marts.dim_account as accounts using (account_id)
inner join marts.fct_target_list_membership as targets using (account_id)
where targets.is_current
    and days.engaged_on > (select max(engaged_on) from marts.fct_account_engagement_daily) - 28
group by accounts.account_name
order by engagements desc, accounts.account_name
limit 20;

-- Which open opportunities hang on one person or none?
select opportunities.opportunity_name, committees.engaged_individual_count, opportunities.amount
from marts.fct_committee_coverage as committees
inner join marts.fct_opportunity as opportunities using (opportunity_id)
where committees.measured_on = opportunities.as_of_date and committees.engaged_individual_count < 2
order by opportunities.amount desc nulls last, opportunities.opportunity_name;
