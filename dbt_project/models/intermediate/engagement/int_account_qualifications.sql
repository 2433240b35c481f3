{{ config(materialized='table') }}

-- One row a marketing qualified account (A09) and day on which it became one: a company that fits, with enough acts
-- of at least two people within a few weeks. One busy person qualifies nobody. It qualifies again only after so many
-- days on which it would not have.
with fits as (
    select * from {{ ref('int_company_fit') }}
    where fit_score >= {{ var('qualified_fit') }}
),

engagements as (
    select
        company_id,
        individual_id,
        occurred_on,
        count(*) as act_count
    from {{ ref('int_engagements') }}
    where company_id is not null
    group by
        company_id,
        individual_id,
        occurred_on
),

fitting as (
    select
        engagements.*,
        fits.fit_score,
        fits.fit_rule_version
    from engagements
    inner join fits
        on engagements.company_id = fits.company_id
),

days as (
    select distinct
        company_id,
        occurred_on,
        fit_score,
        fit_rule_version
    from fitting
),

crossings as (
    select
        days.company_id,
        days.occurred_on,
        days.fit_score,
        days.fit_rule_version,
        sum(fitting.act_count) as act_count,
        count(distinct fitting.individual_id) as individual_count
    from days
    inner join fitting
        on
            days.company_id = fitting.company_id
            and days.occurred_on >= fitting.occurred_on
            and days.occurred_on < {{ add_days('fitting.occurred_on', var('qualified_days')) }}
    group by
        days.company_id,
        days.occurred_on,
        days.fit_score,
        days.fit_rule_version
    having
        sum(fitting.act_count) >= {{ var('qualified_acts') }}
        and count(distinct fitting.individual_id) >= {{ var('qualified_individuals') }}
),

numbered as (
    select
        *,
        lag(occurred_on) over (partition by company_id order by occurred_on) as previous_crossing_on
    from crossings
),

opportunities as (
    select
        account_id,
        created_on
    from {{ ref('int_opportunities_prepared') }}
    where not is_renewal
),

qualified as (
    select *
    from numbered
    where
        previous_crossing_on is null
        or {{ days_between('previous_crossing_on', 'occurred_on') }} > {{ var('requalified_after_days') }}
),

converted as (
    select distinct
        qualified.company_id,
        qualified.occurred_on
    from qualified
    inner join opportunities
        on
            qualified.company_id = opportunities.account_id
            and qualified.occurred_on <= opportunities.created_on
            and {{ add_days('qualified.occurred_on', var('qualified_conversion_days')) }} >= opportunities.created_on
),

final as (
    select
        qualified.company_id,
        qualified.occurred_on as qualified_on,
        qualified.act_count,
        qualified.individual_count,
        qualified.fit_score,
        qualified.fit_rule_version,
        qualified.previous_crossing_on is not null as is_requalification,
        {{ add_days('qualified.occurred_on', var('qualified_conversion_days')) }}
        <= cast('{{ var("as_of_date") }}' as date) as is_mature,
        converted.company_id is not null as is_converted
    from qualified
    left join converted
        on
            qualified.company_id = converted.company_id
            and qualified.occurred_on = converted.occurred_on
)

select * from final
