with ownership as (
    select * from {{ ref('int_account_ownership') }}
),

final as (
    select
        {{ surrogate_key('account_id', "ownership_role || '|' || cast(valid_from_at as varchar)") }}
            as account_ownership_id,
        account_id,
        source_name,
        ownership_role,
        user_id,
        valid_from_at,
        valid_to_at,
        {{ business_date('valid_from_at') }} as valid_from,
        {{ business_date('valid_to_at') }} as valid_to,
        valid_to_at is null as is_current,
        is_prospecting,
        owner_source
    from ownership
)

select * from final
