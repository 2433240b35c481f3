-- What is to be corrected, for each owner in order of the money that hangs on it. Waived violations are not on it.
with violations as (
    select * from {{ source('hygiene', 'violation') }}
    where not is_waived
),

rules as (
    select * from {{ source('hygiene', 'rule') }}
),

-- The episode as of the run's day, also where later nights have closed it.
episodes as (
    select findings.*
    from {{ source('hygiene', 'finding') }} as findings
    where
        findings.first_seen_on <= cast('{{ var("as_of_date") }}' as date)
        and (findings.fixed_on is null or findings.fixed_on > cast('{{ var("as_of_date") }}' as date))
),

users as (
    select * from {{ ref('dim_user') }}
),

accounts as (
    select * from {{ ref('dim_account') }}
),

record_links as (
    select * from {{ source('config', 'record_link') }}
),

described as (
    select
        violations.violation_id as worklist_item_id,
        violations.owner_id,
        users.user_name as owner_name,
        violations.team,
        violations.rule_id,
        rules.title as rule_title,
        violations.severity,
        rules.fixer,
        violations.entity,
        violations.source_name,
        violations.source_record_id,
        case
            when record_links.before_id is not null and violations.source_record_id is not null
                then concat(record_links.before_id, violations.source_record_id, record_links.after_id)
        end as record_url,
        violations.record_id,
        violations.field,
        violations.value,
        violations.message,
        rules.why,
        rules.how_to_fix,
        violations.account_id,
        accounts.account_name,
        violations.opportunity_id,
        violations.open_amount,
        violations.arr,
        cast(violations.open_amount + violations.arr as decimal(18, 2)) as money_at_stake,
        episodes.episode_number,
        episodes.first_seen_on,
        {{ days_between('episodes.first_seen_on', 'violations.as_of_date') }} as open_days,
        violations.as_of_date
    from violations
    inner join rules
        on
            violations.rule_id = rules.rule_id
            and violations.entity = rules.entity
    left join record_links
        on
            violations.source_name = record_links.source_name
            and violations.entity = record_links.entity
    left join episodes
        on violations.violation_id = episodes.violation_id
    left join users
        on violations.owner_id = users.user_id
    left join accounts
        on violations.account_id = accounts.account_id
),

final as (
    select
        worklist_item_id,
        owner_id,
        owner_name,
        team,
        row_number() over (
            partition by owner_id
            order by
                money_at_stake desc,
                -- What is blocked is missing from the numbers already.
                case when severity = 'block' then 0 else 1 end asc,
                first_seen_on asc,
                rule_id asc,
                worklist_item_id asc
        ) as worklist_position,
        rule_id,
        rule_title,
        severity,
        fixer,
        entity,
        source_name,
        source_record_id,
        record_url,
        record_id,
        field,
        value,
        message,
        why,
        how_to_fix,
        account_id,
        account_name,
        opportunity_id,
        open_amount,
        arr,
        money_at_stake,
        episode_number,
        first_seen_on,
        open_days,
        as_of_date
    from described
)

select * from final
