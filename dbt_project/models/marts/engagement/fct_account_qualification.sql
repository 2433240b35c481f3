with qualifications as (
    select * from {{ ref('int_account_qualifications') }}
),

companies as (
    select * from {{ ref('int_companies') }}
),

final as (
    select
        {{ surrogate_key(
            'qualifications.company_id', 'cast(qualifications.qualified_on as ' ~ dbt.type_string() ~ ')'
        ) }} as account_qualification_id,
        qualifications.company_id,
        companies.account_id,
        companies.company_domain,
        companies.account_segment,
        qualifications.qualified_on,
        cast(qualifications.act_count as bigint) as act_count,
        cast(qualifications.individual_count as bigint) as individual_count,
        cast(qualifications.fit_score as {{ type_double() }}) as fit_score,
        qualifications.fit_rule_version,
        qualifications.is_requalification,
        qualifications.is_mature,
        qualifications.is_converted
    from qualifications
    left join companies
        on qualifications.company_id = companies.company_id
)

select * from final
