-- Every account record with the account that it is, and why. The same as identity knows it, with what people wrote
-- about the link and what its weights begin with.
with records as (
    select * from {{ source('identity', 'xref_account') }}
),

models as (
    select * from {{ source('identity', 'model') }}
    where kind = 'account'
),

-- Several people may have decided the same.
ranked_decisions as (
    select
        record_key_l,
        record_key_r,
        reason,
        decided_by,
        row_number() over (
            partition by record_key_l, record_key_r
            order by decided_by, reason
        ) as position
    from {{ source('identity', 'override') }}
    where kind = 'account' and action = 'merge'
),

decisions as (
    select * from ranked_decisions
    where position = 1
),

final as (
    select
        records.account_id,
        records.source_name,
        records.source_record_id,
        records.survivor_account_id,
        records.method,
        records.confidence,
        records.linked_record_key as linked_account_id,
        records.match_weight,
        case when records.match_weight is not null then models.prior_weight end as prior_weight,
        records.reasons,
        records.model_version,
        decisions.reason as decision_reason,
        decisions.decided_by,
        records.is_admitted,
        cast('{{ var("as_of_date") }}' as date) as as_of_date
    from records
    left join models
        on records.model_version = models.model_version
    left join decisions
        on
            least(records.account_id, records.linked_record_key) = decisions.record_key_l
            and greatest(records.account_id, records.linked_record_key) = decisions.record_key_r
)

select * from final
