-- File `health`: whether every row is accounted for, what was checked, and how fresh each kind is.
with

last_seen as (
    select 'Accounts created' as what, source_name, max(created_on) as last_on, count(*) as rows_
    from marts.dim_account group by source_name
    union all
    select 'Lead events', source_name, max(occurred_on), count(*)
    from marts.fct_lead_lifecycle_event group by source_name
    union all
    select 'Opportunities created', source_name, max(created_on), count(*)
    from marts.fct_opportunity group by source_name
    union all
    select 'Activities', source_name, max(occurred_on) filter (where is_done), count(*)
    from marts.fct_activity group by source_name
    union all
    select 'Hand-offs', source_name, max(handed_off_on), count(*)
    from marts.fct_hand_off group by source_name
    union all
    select 'Campaign touches', source_name, max(touched_on), count(*)
    from marts.fct_campaign_touch group by source_name
    union all
    select 'Mails sent', source_name, max(sent_on), count(*)
    from marts.fct_email_send group by source_name
    union all
    select 'Product use, by day', source_name, max(event_on), count(*)
    from marts.fct_product_usage_daily group by source_name
    union all
    select 'Survey answers', source_name, max(answered_on), count(*)
    from marts.fct_survey_response group by source_name
)

select 'health' as file, to_json({
    balance: (
        select list({
            source: source_name, entity: entity, rows_in: rows_in, rows_out: rows_out,
            quarantined: rows_quarantined, excluded: rows_excluded, unexplained: rows_unexplained
        } order by source_name, entity)
        from marts.fct_row_balance where rows_in > 0
    ),
    checks: (
        select list({
            severity: severity, passed: passed, failed: failed, failed_rows: failed_rows
        } order by severity)
        from (
            select
                severity, count(*) filter (where is_passed) as passed,
                count(*) filter (where not is_passed) as failed,
                sum(failed_rows) as failed_rows
            from hygiene.check_result group by severity
        )
    ),
    freshness: (
        select list({
            what: what, source: source_name, last_on: last_on, rows: rows_,
            days: as_of.as_of_date - last_on
        } order by what, source_name)
        from last_seen
        cross join (select max(as_of_date) as as_of_date from marts.fct_kpi) as as_of
    ),
    excluded: (
        select list({source: source_name, entity: entity, rows: rows_excluded}
            order by rows_excluded desc)
        from hygiene.excluded_row_count
    ),
    restatements: (
        select list({
            kpi: kpi_name, variant: variant, grain: period_grain, start: period_start,
            before: from_value, after: to_value, reason: reason, seen_on: seen_on
        } order by seen_on desc, kpi_name)
        from (
            select fct_restatement.*, dim_kpi.kpi_name
            from marts.fct_restatement
            inner join marts.dim_kpi using (kpi_id, variant)
            where fct_restatement.segment_type = 'all'
            order by seen_on desc, kpi_name, period_start
            limit 100
        )
    ),
    basis: (
        select list({
            source: source_name, entity: entity, first_loaded_on: first_loaded_on, basis: basis,
            not_yet_known: not_yet_known_count, modified_later: modified_later_count
        } order by source_name, entity)
        from marts.fct_as_of_basis
    )
}) as content;
