-- What changed of the closed books, each change once: the value of tonight against the last one that any
-- night saw. A run for a past day sees nothing: what it knows is older than the memory.
{%- set key_columns = [
    'kpi_id', 'variant', 'period_grain', 'period_start', 'period_end', 'segment_type', 'segment', 'segment_id'
] %}
{%- set reasons = {
    'reopened': 1, 'backdated': 2, 'merged': 3, 'deleted': 4, 'late': 5, 'corrected': 6
} %}
with remembered as (
    select * from {{ source('memory', 'kpi_restatement') }}
),

frozen as (
    select * from {{ source('memory', 'kpi_value_frozen') }}
),

run as (
    select * from {{ source('memory', 'run') }}
),

definitions as (
    select * from {{ ref('kpi_definition') }}
),

entities as (
    select * from {{ ref('kpi_need_entity') }}
),

records as (
    select
        entity,
        record_id,
        reason,
        decided_by,
        business_date,
        case reason
            {%- for reason, rank in reasons.items() %}
                when '{{ reason }}' then {{ rank }}
            {%- endfor %}
        end as reason_rank
    from {{ ref('int_records_changed') }}
),

frozen_periods as (
    select
        kpi_id,
        variant,
        period_grain,
        period_start,
        min(frozen_on) as frozen_on
    from frozen
    group by
        kpi_id,
        variant,
        period_grain,
        period_start
),

-- Every value that is known of a frozen period, the frozen one first.
known as (
    select
        kpi_value_id,
        {{ key_columns | join(',\n        ') }},
        value,
        numerator,
        denominator,
        kpi_version,
        0 as restatement_number
    from frozen
    union all
    select
        kpi_value_id,
        {{ key_columns | join(',\n        ') }},
        to_value as value,
        to_numerator as numerator,
        to_denominator as denominator,
        kpi_version,
        restatement_number
    from remembered
),

last_known as (
    select
        *,
        row_number() over (partition by kpi_value_id order by restatement_number desc) as position_from_end
    from known
),

before as (
    select * from last_known
    where position_from_end = 1
),

present as (
    select kpis.*
    from {{ ref('fct_kpi') }} as kpis
    inner join frozen_periods
        on
            kpis.kpi_id = frozen_periods.kpi_id
            and kpis.variant = frozen_periods.variant
            and kpis.period_grain = frozen_periods.period_grain
            and kpis.period_start = frozen_periods.period_start
),

compared as (
    select
        coalesce(present.kpi_value_id, before.kpi_value_id) as kpi_value_id,
        {%- for column in key_columns %}
            coalesce(present.{{ column }}, before.{{ column }}) as {{ column }},
        {%- endfor %}
        coalesce(before.restatement_number, 0) + 1 as restatement_number,
        before.value as from_value,
        present.value as to_value,
        before.numerator as from_numerator,
        present.numerator as to_numerator,
        before.denominator as from_denominator,
        present.denominator as to_denominator,
        before.kpi_version as version_before,
        present.kpi_version as version_after
    from present
    full outer join before
        on present.kpi_value_id = before.kpi_value_id
    where
        {{ is_value_changed('before.value', 'present.value') }}
        or {{ is_part_changed('before.numerator', 'present.numerator') }}
        or {{ is_part_changed('before.denominator', 'present.denominator') }}
),

found as (
    select
        compared.*,
        definitions.needs,
        definitions.version as version_now,
        coalesce(definitions.time_basis, '') like '%cohort%' as is_cohort,
        frozen_periods.frozen_on,
        run.as_of_date as seen_on,
        run.run_id
    from compared
    cross join run
    inner join frozen_periods
        on
            compared.kpi_id = frozen_periods.kpi_id
            and compared.variant = frozen_periods.variant
            and compared.period_grain = frozen_periods.period_grain
            and compared.period_start = frozen_periods.period_start
    left join definitions
        on
            compared.kpi_id = definitions.kpi_id
            and compared.variant = definitions.variant
    where not run.is_replay
),

-- Which kinds of records explain which periods of which needs, once for all segments.
needs_of_periods as (
    select distinct
        needs,
        period_start,
        period_end
    from found
),

evidence as (
    select
        needs_of_periods.needs,
        needs_of_periods.period_start,
        needs_of_periods.period_end,
        records.reason,
        records.reason_rank,
        count(distinct records.record_id) as changed_record_count
    from needs_of_periods
    inner join entities
        on needs_of_periods.needs = entities.need
    inner join records
        on
            entities.entity = records.entity
            and (
                records.business_date is null
                or (
                    coalesce(entities.decided_by, records.decided_by) = records.decided_by
                    and needs_of_periods.period_start <= records.business_date
                    and needs_of_periods.period_end > records.business_date
                )
            )
    group by
        needs_of_periods.needs,
        needs_of_periods.period_start,
        needs_of_periods.period_end,
        records.reason,
        records.reason_rank
),

strongest as (
    select
        *,
        row_number() over (partition by needs, period_start, period_end order by reason_rank) as position
    from evidence
),

final as (
    select
        restatement_id,
        kpi_value_id,
        restatement_number,
        {{ key_columns | join(',\n        ') }},
        from_value,
        to_value,
        from_numerator,
        to_numerator,
        from_denominator,
        to_denominator,
        reason,
        changed_record_count,
        kpi_version,
        frozen_on,
        seen_on,
        run_id
    from remembered
    union all
    select
        {{ surrogate_key(
            'found.kpi_value_id', 'cast(found.restatement_number as ' ~ dbt.type_string() ~ ')'
        ) }} as restatement_id,
        found.kpi_value_id,
        cast(found.restatement_number as integer) as restatement_number,
        {%- for column in key_columns %}
            found.{{ column }},
        {%- endfor %}
        found.from_value,
        found.to_value,
        found.from_numerator,
        found.to_numerator,
        found.from_denominator,
        found.to_denominator,
        case
            when found.version_now is null or found.version_before <> found.version_now then 'definition_version'
            -- A record of a cohort that changes is the cohort living on.
            when found.is_cohort and coalesce(strongest.reason, 'corrected') = 'corrected' then 'matured'
            else coalesce(strongest.reason, 'other')
        end as reason,
        coalesce(strongest.changed_record_count, 0) as changed_record_count,
        found.version_now as kpi_version,
        found.frozen_on,
        found.seen_on,
        found.run_id
    from found
    left join strongest
        on
            found.needs = strongest.needs
            and found.period_start = strongest.period_start
            and found.period_end = strongest.period_end
            and strongest.position = 1
)

select * from final
