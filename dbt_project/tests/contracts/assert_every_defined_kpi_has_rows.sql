{{ config(meta={'dagster': {'ref': {'name': 'fct_kpi'}}}) }}

-- A definition without numbers is a promise that no table keeps. A failing row is a KPI that has no row
-- although the company has what it needs.
with opportunities as (
    select
        count(*) as opportunities,
        count(*) filter (where facts.is_closed) as closed_opportunities,
        count(*) filter (where facts.is_open and dates.date_day is not null) as open_opportunities
    from {{ ref('fct_opportunity') }} as facts
    left join {{ ref('dim_date') }} as dates
        on facts.close_date = dates.date_day
),

pipeline as (
    select coalesce(sum(created_count), 0) as qualified_opportunities
    from {{ ref('fct_pipeline_movement') }}
),

wins as (
    select
        count(distinct facts.opportunity_id) filter (
            where visits.state = 'open' and facts.is_win_rate_eligible
        ) as qualified_closed_opportunities,
        count(distinct facts.opportunity_id) filter (where dates.date_day is not null) as bookings_by_close_date,
        count(distinct facts.opportunity_id) filter (
            where
            visits.state = 'won'
            and visits.entry_source in ('history', 'field_history', 'version')
            and entry_dates.date_day is not null
        ) as bookings_by_system_time
    from {{ ref('fct_opportunity') }} as facts
    inner join {{ ref('fct_opportunity_stage_visit') }} as visits
        on
            facts.opportunity_id = visits.opportunity_id
            and visits.entered_on <= facts.as_of_date
    left join {{ ref('dim_date') }} as dates
        on facts.close_date = dates.date_day
    left join {{ ref('dim_date') }} as entry_dates
        on visits.entered_on = entry_dates.date_day
    where facts.is_won
),

history as (
    select min(snapshot_on) as first_snapshot_on
    from {{ ref('fct_opportunity_daily_snapshot') }}
),

quarter_wins as (
    select count(*) as quarter_wins
    from {{ ref('fct_opportunity') }} as facts
    inner join {{ ref('dim_date') }} as dates
        on facts.close_date = dates.date_day
    cross join history
    where
        facts.is_won
        and dates.fiscal_quarter_start_date >= history.first_snapshot_on
        and dates.fiscal_quarter_end_date <= facts.as_of_date
),

segments as (
    select
        snapshots.opportunity_id,
        snapshots.is_in_pipeline,
        snapshots.state in ('won', 'lost') as is_closed,
        coalesce(accounts.account_segment, '(none)') as account_segment
    from {{ ref('fct_opportunity_daily_snapshot') }} as snapshots
    inner join {{ ref('fct_opportunity') }} as facts
        on snapshots.opportunity_id = facts.opportunity_id
    left join {{ ref('dim_account') }} as accounts
        on facts.account_id = accounts.account_id
    where
        snapshots.snapshot_on = facts.as_of_date
        and not facts.is_renewal
        and (snapshots.is_in_pipeline or snapshots.close_date <= facts.as_of_date)
),

velocities as (
    select count(*) as pipeline_and_wins
    from segments as open_segments
    inner join segments as closed_segments
        on open_segments.account_segment = closed_segments.account_segment
    where open_segments.is_in_pipeline and closed_segments.is_closed
),

leads as (
    select count(*) as leads
    from {{ ref('int_leads_prepared') }}
),

awareness_at_hand_off as (
    select count(stage_number) as hand_offs_with_awareness
    from {{ ref('int_hand_off_awareness') }}
),

funnel as (
    select
        count(*) filter (where event_type = 'created' and occurred_on is not null) as inquiries,
        count(*) filter (
            where event_type = 'marketing_qualified' and occurred_on is not null
        ) as marketing_qualified_leads,
        count(*) filter (where event_type = 'sales_accepted' and occurred_on is not null) as sales_accepted_leads
    from {{ ref('fct_lead_lifecycle_event') }}
),

new_opportunities as (
    select
        count(*) as new_opportunities,
        count(*) filter (where is_won and close_date is not null) as won_new_opportunities
    from {{ ref('fct_opportunity') }}
    where not is_renewal and created_on is not null
),

won_lines as (
    select count(*) as won_lines
    from {{ ref('int_won_lines_prepared') }}
),

lead_responses as (
    select
        count(*) as inbound_leads,
        count(*) filter (where is_answered and not is_existing_conversation) as answered_inbound_leads
    from {{ ref('fct_lead_response') }}
),

target_states as (
    select
        count(*) filter (where list_basis = 'as_of_day') as targets,
        count(*) filter (where list_basis = 'at_month_start') as targets_at_month_start
    from {{ ref('int_target_list_states') }}
),

target_closings as (
    select count(*) as years
    from (
        select dates.fiscal_year
        from {{ ref('fct_opportunity') }} as facts
        inner join {{ ref('dim_date') }} as dates
            on facts.close_date = dates.date_day
        left join {{ ref('int_target_list_companies') }} as targets
            on
                facts.account_id = targets.company_id
                and facts.created_on >= targets.valid_from
                and coalesce(facts.created_on < targets.valid_to, true)
        where facts.is_win_rate_eligible
        group by dates.fiscal_year
        having count(targets.target_account_id) > 0 and count(*) > count(targets.target_account_id)
    ) as both_sides
),

committees as (
    select count(*) as committees
    from {{ ref('fct_committee_coverage') }}
),

company_days as (
    select
        count(*) filter (where sales_touch_count > 0 or marketing_touch_count > 0) as touched_days,
        coalesce(sum(engagement_count), 0) as engagements
    from {{ ref('fct_account_engagement_daily') }}
),

account_qualifications as (
    select count(*) as qualifications
    from {{ ref('fct_account_qualification') }}
),

awareness as (
    select
        count(*) as awareness_changes,
        count(days_since_last_rise) as awareness_steps
    from {{ ref('fct_awareness_change') }}
),

mails as (
    select count(*) as mails
    from {{ ref('fct_email_send') }}
    where sent_at is not null and not is_sent_after_as_of
),

customers as (
    select count(*) filter (where mrr > 0) as customers
    from {{ ref('fct_mrr_monthly') }}
),

cohorts as (
    select count(*) as cohorts
    from {{ ref('fct_account_retention_12m') }}
),

terms as (
    select
        count(*) as terms,
        count(*) filter (where term_months >= 12) as long_terms
    from {{ ref('fct_renewal') }}
),

margins as (
    select count(*) as months
    from {{ ref('int_gross_margins_trailing') }}
),

workspaces as (
    select count(*) as workspaces
    from {{ ref('dim_workspace') }}
),

active_days as (
    select count(*) as active_days
    from {{ ref('fct_product_usage_daily') }}
    where
        event_count > 0
        and workspace_id is not null
        and event_on <= cast('{{ var("as_of_date") }}' as date)
),

surveys as (
    select
        survey_kind,
        count(*) as requests,
        count(*) filter (where is_counted) as answers
    from {{ ref('fct_survey_response') }}
    where not is_sent_after_as_of
    group by survey_kind
),

acquisitions as (
    select count(*) as periods
    from {{ ref('int_acquisition_by_period') }}
),

retentions as (
    select count(*) as periods
    from {{ ref('int_retention_by_period') }}
),

quotas as (
    select
        count(*) filter (where carried_for = 'company' and quota_metric = 'bookings') as quotas,
        count(*) filter (where carried_for = 'company' and quota_metric = 'qualified_opportunities')
            as opportunity_quotas,
        count(*) filter (where carried_for = 'territory') as territory_quotas
    from {{ ref('int_quotas_carried') }}
),

hired_carriers as (
    select count(*) as representatives
    from {{ ref('int_representative_ramp_ups') }}
),

market as (
    select count(*) as companies
    from {{ ref('dim_market_account') }}
    where is_current
),

territory_market as (
    select count(*) as companies
    from {{ ref('dim_market_account') }} as companies
    inner join {{ ref('dim_territory') }} as territories
        on companies.region = territories.region and companies.account_segment = territories.account_segment
    where companies.is_current and companies.is_serviceable
),

representatives as (
    select count(*) as days
    from {{ ref('int_representative_days') }}
    where sales_role in ('account_executive', 'account_manager')
),

spells as (
    select
        count(*) filter (where cohort = 'outbound') as outbound_spells,
        count(*) filter (where cohort = 'inbound') as inbound_spells,
        count(*) filter (where cohort = 'expansion') as expansion_spells
    from {{ ref('int_prospecting_outcomes') }}
),

meetings as (
    select count(*) as meetings
    from {{ ref('int_first_meetings') }}
),

hand_offs as (
    select
        count(*) as hand_offs,
        count(context_field_count) as hand_offs_with_context,
        count(*) filter (where decision = 'rejected') as rejected_hand_offs
    from {{ ref('int_hand_offs_prepared') }}
    where person_id is not null
),

prospecting_representatives as (
    select count(*) as loads
    from {{ ref('int_account_load') }}
),

origins as (
    select
        count(origins.first_touched_on) as prospected_opportunities,
        count(origins.accepted_on) as accepted_opportunities,
        count(*) filter (where facts.is_win_rate_eligible) as closed_opportunities
    from {{ ref('int_opportunity_origins') }} as origins
    inner join {{ ref('fct_opportunity') }} as facts
        on origins.opportunity_id = facts.opportunity_id
),

generated_with_origin as (
    select coalesce(sum(generated_count), 0) as qualified_opportunities
    from {{ ref('int_pipeline_generated_totalled') }}
    where period_grain = 'all_time' and segment_type in ('motion', 'sourced_by_role')
),

qualifications as (
    select count(qualification_field_count) as with_qualification
    from {{ ref('int_accepted_opportunities') }}
),

scored_records as (
    select count(score) as records
    from {{ source('hygiene', 'record_score') }}
),

identified_records as (
    select count(*) as records
    from (
        select account_id as record_id
        from {{ source('identity', 'xref_account') }}
        where is_admitted
        union all
        select record_id
        from {{ source('identity', 'xref_person') }}
        where is_admitted
    ) as admitted
),

enriched_accounts as (
    select count(*) as accounts
    from {{ source('resolved', 'account') }}
    where enriched_on <= cast('{{ var("as_of_date") }}' as date)
),

sequences as (
    select
        count(*) as enrollments,
        (
            select count(*)
            from {{ ref('int_sequence_steps_done') }}
            where touch_kind = 'email'
        ) as mails
    from {{ ref('int_sequence_enrollments_judged') }}
),

touches as (
    select count(*) as touches
    from {{ ref('int_touches') }}
    where direction = 'outbound' and touch_kind <> 'marketing_mail' and is_personalised is not null
),

tracked_acts as (
    select count(*) as acts
    from {{ ref('int_touches') }}
    where touch_kind in ('campaign_response', 'click', 'form')
),

outreach_starts as (
    select count(*) as companies
    from {{ ref('int_outreach_starts') }}
),

available as (
    select
        'outreach_start' as needs,
        companies as cases
    from outreach_starts
    union all
    select
        'identified_record' as needs,
        records as cases
    from identified_records
    union all
    select
        'enriched_account' as needs,
        accounts as cases
    from enriched_accounts
    union all
    select
        'scored_record' as needs,
        records as cases
    from scored_records
    union all
    select
        'representative_day' as needs,
        days as cases
    from representatives
    union all
    select
        'territory_market' as needs,
        companies as cases
    from territory_market
    union all
    select
        'market_list' as needs,
        companies as cases
    from market
    union all
    select
        'bookings_quota' as needs,
        quotas as cases
    from quotas
    union all
    select
        'qualified_opportunity_quota' as needs,
        opportunity_quotas as cases
    from quotas
    union all
    select
        'hired_carrier' as needs,
        representatives as cases
    from hired_carriers
    union all
    select
        'territory_quota' as needs,
        territory_quotas as cases
    from quotas
    union all
    select
        'acquisition_cost' as needs,
        periods as cases
    from acquisitions
    union all
    select
        'retention_cost' as needs,
        periods as cases
    from retentions
    union all
    select
        survey_kind || '_survey' as needs,
        requests as cases
    from surveys
    union all
    select
        survey_kind || '_answer' as needs,
        answers as cases
    from surveys
    union all
    select
        'recurring_revenue' as needs,
        customers as cases
    from customers
    union all
    select
        'recurring_revenue_of_a_year_ago' as needs,
        cohorts as cases
    from cohorts
    union all
    select
        'subscription_term' as needs,
        terms as cases
    from terms
    union all
    select
        'long_subscription_term' as needs,
        long_terms as cases
    from terms
    union all
    select
        'gross_margin' as needs,
        months as cases
    from margins
    union all
    select
        'workspace' as needs,
        workspaces as cases
    from workspaces
    union all
    select
        'product_event' as needs,
        active_days as cases
    from active_days
    union all
    select
        'opportunity' as needs,
        opportunities as cases
    from opportunities
    union all
    select
        'closed_opportunity' as needs,
        closed_opportunities as cases
    from opportunities
    union all
    select
        'open_opportunity' as needs,
        open_opportunities as cases
    from opportunities
    union all
    select
        'qualified_opportunity' as needs,
        qualified_opportunities as cases
    from pipeline
    union all
    select
        'qualified_closed_opportunity' as needs,
        qualified_closed_opportunities as cases
    from wins
    union all
    select
        'booking_by_close_date' as needs,
        bookings_by_close_date as cases
    from wins
    union all
    select
        'booking_by_system_time' as needs,
        bookings_by_system_time as cases
    from wins
    union all
    select
        'booked_quarter_with_history' as needs,
        quarter_wins as cases
    from quarter_wins
    union all
    select
        'pipeline_and_wins' as needs,
        pipeline_and_wins as cases
    from velocities
    union all
    select
        'lead' as needs,
        leads as cases
    from leads
    union all
    select
        'hand_off_with_awareness' as needs,
        hand_offs_with_awareness as cases
    from awareness_at_hand_off
    union all
    select
        'inquiry' as needs,
        inquiries as cases
    from funnel
    union all
    select
        'marketing_qualified_lead' as needs,
        marketing_qualified_leads as cases
    from funnel
    union all
    select
        'sales_accepted_lead' as needs,
        sales_accepted_leads as cases
    from funnel
    union all
    select
        'new_opportunity' as needs,
        new_opportunities as cases
    from new_opportunities
    union all
    select
        'won_new_opportunity' as needs,
        won_new_opportunities as cases
    from new_opportunities
    union all
    select
        'traceable_opportunity' as needs,
        case when tracked_acts.acts > 0 then new_opportunities.new_opportunities else 0 end as cases
    from new_opportunities
    cross join tracked_acts
    union all
    select
        'traceable_won_opportunity' as needs,
        case when tracked_acts.acts > 0 then new_opportunities.won_new_opportunities else 0 end as cases
    from new_opportunities
    cross join tracked_acts
    union all
    select
        'won_line' as needs,
        won_lines as cases
    from won_lines
    union all
    select
        'inbound_lead' as needs,
        inbound_leads as cases
    from lead_responses
    union all
    select
        'answered_inbound_lead' as needs,
        answered_inbound_leads as cases
    from lead_responses
    union all
    select
        'target_list' as needs,
        targets as cases
    from target_states
    union all
    select
        'target_list_at_month_start' as needs,
        targets_at_month_start as cases
    from target_states
    union all
    select
        'target_and_other_closing' as needs,
        years as cases
    from target_closings
    union all
    select
        'committee' as needs,
        committees as cases
    from committees
    union all
    select
        'sequence_enrollment' as needs,
        enrollments as cases
    from sequences
    union all
    select
        'sequence_mail' as needs,
        mails as cases
    from sequences
    union all
    select
        'touch_told_personalised' as needs,
        touches as cases
    from touches
    union all
    select
        'company_touch' as needs,
        touched_days as cases
    from company_days
    union all
    select
        'qualified_account' as needs,
        qualifications as cases
    from account_qualifications
    union all
    select
        'awareness_step' as needs,
        awareness_steps as cases
    from awareness
    union all
    select
        'engagement_or_awareness' as needs,
        company_days.engagements + awareness.awareness_changes as cases
    from company_days
    cross join awareness
    union all
    select
        'email_send' as needs,
        mails as cases
    from mails
    union all
    select
        'outbound_spell' as needs,
        outbound_spells as cases
    from spells
    union all
    select
        'inbound_spell' as needs,
        inbound_spells as cases
    from spells
    union all
    select
        'expansion_spell' as needs,
        expansion_spells as cases
    from spells
    union all
    select
        'first_meeting' as needs,
        meetings as cases
    from meetings
    union all
    select
        'accepted_opportunity_with_qualification' as needs,
        with_qualification as cases
    from qualifications
    union all
    select
        'hand_off' as needs,
        hand_offs as cases
    from hand_offs
    union all
    select
        'hand_off_with_context' as needs,
        hand_offs_with_context as cases
    from hand_offs
    union all
    select
        'rejected_hand_off' as needs,
        rejected_hand_offs as cases
    from hand_offs
    union all
    select
        'prospecting_representative' as needs,
        loads as cases
    from prospecting_representatives
    union all
    select
        'prospected_opportunity' as needs,
        least(prospected_opportunities, closed_opportunities) as cases
    from origins
    union all
    select
        'accepted_opportunity' as needs,
        least(accepted_opportunities, closed_opportunities) as cases
    from origins
    union all
    select
        'qualified_opportunity_with_origin' as needs,
        qualified_opportunities as cases
    from generated_with_origin
    union all
    select
        'outbound_spell_and_hand_off' as needs,
        least(spells.outbound_spells, hand_offs.hand_offs) as cases
    from spells
    cross join hand_offs
    union all
    select
        'inbound_spell_and_hand_off' as needs,
        least(spells.inbound_spells, hand_offs.hand_offs) as cases
    from spells
    cross join hand_offs
    union all
    select
        'expansion_spell_and_hand_off' as needs,
        least(spells.expansion_spells, hand_offs.hand_offs) as cases
    from spells
    cross join hand_offs
),

published as (
    select distinct
        kpi_id,
        variant
    from {{ ref('fct_kpi') }}
)

select
    definitions.kpi_id,
    definitions.variant,
    definitions.needs
from {{ ref('kpi_definition') }} as definitions
inner join available
    on definitions.needs = available.needs
left join published
    on definitions.kpi_id = published.kpi_id and definitions.variant = published.variant
where available.cases > 0 and published.kpi_id is null
