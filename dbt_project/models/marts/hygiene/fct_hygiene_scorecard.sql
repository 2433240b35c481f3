-- How clean the records are, cut five ways, with every night's card kept: the published file remembers the earlier
-- ones, and a run for a past day adds none.
{%- set scopes = {
    'all': "'all'",
    'entity': 'entity',
    'team': "coalesce(team, '(none)')",
    'owner': "coalesce(owner_id, '(none)')",
} %}
{%- set as_of_date = "'" ~ var('as_of_date') ~ "'" %}
{%- set scope_key = "concat(scoped.scope_type, '|', scoped.scope_id)" %}
{%- set finding_scopes = dict(scopes, rule='rule_id') %}
with remembered as (
    select * from {{ source('memory', 'hygiene_scorecard') }}
),

run as (
    select * from {{ source('memory', 'run') }}
),

records as (
    select * from {{ source('hygiene', 'record_score') }}
),

rules as (
    select
        rule_id,
        max(weight) as weight
    from {{ source('hygiene', 'rule') }}
    group by rule_id
),

checks as (
    select
        check_results.rule_id,
        check_results.total_rows,
        rules.weight
    from {{ source('hygiene', 'check_result') }} as check_results
    inner join rules
        on check_results.rule_id = rules.rule_id
    where
        check_results.check_type = 'expectation'
        and check_results.severity <> 'stop'
),

violations as (
    select * from {{ source('hygiene', 'violation') }}
),

fixes as (
    select
        *,
        {{ days_between('first_seen_on', 'fixed_on') }} as days_to_fix
    from {{ source('hygiene', 'finding') }}
    where closing_reason = 'fixed'
),

users as (
    select * from {{ ref('dim_user') }}
),

broken_rules as (
    select
        rule_id,
        is_waived,
        count(distinct concat(entity, record_id)) as record_count
    from violations
    group by
        rule_id,
        is_waived
),

scored as (
    {%- for scope_type, scope in scopes.items() %}
        select
            '{{ scope_type }}' as scope_type,
            {{ scope }} as scope_id,
            count(*) as record_count,
            sum(applicable_weight) as applicable_weight,
            sum(broken_weight) as broken_weight
        from records
        group by {{ scope }}
        union all
    {%- endfor %}
    -- Of a rule, all records count that it applies to and for which it is not waived.
    select
        'rule' as scope_type,
        judged.rule_id as scope_id,
        judged.total_rows - coalesce(waived.record_count, 0) as record_count,
        judged.weight * (judged.total_rows - coalesce(waived.record_count, 0)) as applicable_weight,
        judged.weight * coalesce(broken.record_count, 0) as broken_weight
    from (
        select
            rule_id,
            max(weight) as weight,
            sum(total_rows) as total_rows
        from checks
        group by rule_id
    ) as judged
    left join broken_rules as broken
        on
            judged.rule_id = broken.rule_id
            and not broken.is_waived
    left join broken_rules as waived
        on
            judged.rule_id = waived.rule_id
            and waived.is_waived
),

-- Several violations may be about the same money: of each opportunity and account it counts once.
{%- for money, key, kind in [('open_amount', 'opportunity_id', 'is not null'), ('arr', 'account_id', 'is null')] %}
    {{ money }}_at_risk as (
        {%- for scope_type, scope in finding_scopes.items() %}
            select
                '{{ scope_type }}' as scope_type,
                scope_id,
                sum({{ money }}) as at_risk
            from (
                select
                    {{ scope }} as scope_id,
                    {{ key }},
                    max({{ money }}) as {{ money }}
                from violations
                where
                    not is_waived
                    and opportunity_id {{ kind }}
                    and {{ key }} is not null
                group by
                    {{ scope }},
                    {{ key }}
            ) as counted_once
            group by scope_id
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),
{% endfor %}
found as (
    {%- for scope_type, scope in finding_scopes.items() %}
        select
            '{{ scope_type }}' as scope_type,
            {{ scope }} as scope_id,
            sum(case when is_waived then 0 else 1 end) as open_finding_count,
            sum(case when is_waived then 1 else 0 end) as waived_finding_count
        from violations
        group by {{ scope }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

fixed as (
    {%- for scope_type, scope in finding_scopes.items() %}
        select
            '{{ scope_type }}' as scope_type,
            {{ scope }} as scope_id,
            count(*) as fixed_finding_count,
            sum(days_to_fix) as fixed_finding_days
        from fixes
        group by {{ scope }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

scoped as (
    {%- for relation in ['scored', 'found', 'fixed'] %}
        select
            scope_type,
            scope_id
        from {{ relation }}
        {%- if not loop.last %}
            union distinct
        {%- endif %}
    {%- endfor %}
),

today as (
    select
        {{ surrogate_key(as_of_date, scope_key) }} as hygiene_scorecard_id,
        cast('{{ var("as_of_date") }}' as date) as as_of_date,
        scoped.scope_type,
        scoped.scope_id,
        coalesce(users.user_name, scoped.scope_id) as scope,
        cast(coalesce(scored.record_count, 0) as bigint) as record_count,
        cast(coalesce(scored.applicable_weight, 0) as bigint) as applicable_weight,
        cast(coalesce(scored.broken_weight, 0) as bigint) as broken_weight,
        1 - cast(scored.broken_weight as double) / nullif(scored.applicable_weight, 0) as score,
        cast(coalesce(found.open_finding_count, 0) as bigint) as open_finding_count,
        cast(coalesce(found.waived_finding_count, 0) as bigint) as waived_finding_count,
        coalesce(fixed.fixed_finding_count, 0) as fixed_finding_count,
        cast(coalesce(fixed.fixed_finding_days, 0) as bigint) as fixed_finding_days,
        cast(fixed.fixed_finding_days as double) / nullif(fixed.fixed_finding_count, 0) as mean_days_to_fix,
        cast(coalesce(open_amount_at_risk.at_risk, 0) as decimal(18, 2)) as open_amount_at_risk,
        cast(coalesce(arr_at_risk.at_risk, 0) as decimal(18, 2)) as arr_at_risk
    from scoped
    left join scored
        on
            scoped.scope_type = scored.scope_type
            and scoped.scope_id = scored.scope_id
    left join found
        on
            scoped.scope_type = found.scope_type
            and scoped.scope_id = found.scope_id
    left join fixed
        on
            scoped.scope_type = fixed.scope_type
            and scoped.scope_id = fixed.scope_id
    left join open_amount_at_risk
        on
            scoped.scope_type = open_amount_at_risk.scope_type
            and scoped.scope_id = open_amount_at_risk.scope_id
    left join arr_at_risk
        on
            scoped.scope_type = arr_at_risk.scope_type
            and scoped.scope_id = arr_at_risk.scope_id
    left join users
        on
            scoped.scope_type = 'owner'
            and scoped.scope_id = users.user_id
),

final as (
    select today.*
    from today
    cross join run
    where not run.is_replay
    union all
    select remembered.*
    from remembered
    cross join run
    where
        run.is_replay
        or remembered.as_of_date <> run.as_of_date
)

select * from final
