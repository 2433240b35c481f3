-- File `hygiene`: scores, rules and each owner's worklist, the first items of it.
-- The whole lists are the CSV files beside the page.
with

score as (
    select * from marts.fct_hygiene_scorecard
    where as_of_date <= (select max(as_of_date) from marts.fct_kpi)
),

latest as (
    select * from score where as_of_date = (select max(as_of_date) from score)
),

rule as (
    select
        rule_id,
        any_value(title) as title,
        any_value(severity) as severity,
        any_value(how_to_fix) as how_to_fix,
        any_value(why) as why,
        string_agg(distinct entity, ', ' order by entity) as entities
    from hygiene.rule group by rule_id
),

owner_list as (
    select
        owner_id,
        any_value(owner_name) as owner_name,
        any_value(team) as team,
        count(*) as items,
        count(*) filter (where severity = 'block') as blocking,
        list({
            rule: rule_id, title: rule_title, severity: severity, entity: entity,
            record: source_record_id, address: record_url, account: account_name, field: field,
            why: message, fix: how_to_fix, money: cast(money_at_stake as double),
            days: open_days
        } order by worklist_position)[:20] as first_items
    from marts.fct_worklist_item
    group by owner_id
)

select 'hygiene' as file, to_json({
    trend: (
        select list({day: as_of_date, score: score, findings: open_finding_count}
            order by as_of_date)
        from score where scope_type = 'all'
    ),
    scopes: (
        select list({
            type: scope_type, scope: scope, records: record_count, score: score,
            findings: open_finding_count, fixed: fixed_finding_count,
            days_to_fix: mean_days_to_fix, open_amount: cast(open_amount_at_risk as double),
            arr: cast(arr_at_risk as double)
        } order by scope_type, score, scope)
        from latest where scope_type in ('all', 'entity', 'team')
    ),
    rules: (
        select list({
            rule: latest.scope_id, title: rule.title, severity: rule.severity,
            entity: rule.entities, why: rule.why, fix: rule.how_to_fix,
            records: latest.record_count, findings: latest.open_finding_count,
            share: latest.open_finding_count / nullif(latest.record_count, 0),
            open_amount: cast(latest.open_amount_at_risk as double),
            arr: cast(latest.arr_at_risk as double)
        } order by latest.open_finding_count desc, latest.scope_id)
        from latest
        inner join rule on latest.scope_id = rule.rule_id
        where latest.scope_type = 'rule' and latest.open_finding_count > 0
    ),
    owners: (
        select list({
            owner: coalesce(owner_list.owner_name, 'Nobody'), team: owner_list.team,
            items: owner_list.items, blocking: owner_list.blocking, score: latest.score,
            open_amount: cast(latest.open_amount_at_risk as double),
            arr: cast(latest.arr_at_risk as double), file: worklist_file.file,
            first_items: owner_list.first_items
        } order by owner_list.items desc, owner_list.owner_name)
        from owner_list
        left join latest
            on latest.scope_type = 'owner'
            and latest.scope_id = coalesce(owner_list.owner_id, '(none)')
        left join worklist_file
            on worklist_file.owner_id is not distinct from owner_list.owner_id
    )
}) as content;
