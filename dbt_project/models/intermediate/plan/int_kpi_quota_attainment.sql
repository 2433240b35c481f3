-- R01 and R02: what was achieved over the quotas in force, of the company, of owners and of territories, and how many
-- of those who carry a quota reach it. An owner gets the credit of what was theirs when it closed, who passed a lead
-- of what sales accepted of it.
{%- set variants = {'bookings': 'bookings_usd', 'qualified_opportunities': 'qualified_opportunities'} %}
with attainment as (
    select * from {{ ref('int_quota_attainment_by_period') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

employees as (
    select
        employee_id,
        full_name
    from {{ ref('int_employees_prepared') }}
),

company as (
    select
        attainment.period_grain,
        attainment.period_start,
        attainment.period_end,
        attainment.segment_type,
        attainment.segment_id,
        coalesce(users.user_name, employees.full_name, attainment.segment) as segment,
        attainment.quota_metric,
        attainment.achieved,
        attainment.quota,
        attainment.quota_count
    from attainment
    left join users
        on attainment.segment_id = users.user_id
    left join employees
        on attainment.segment_id = employees.employee_id
    where attainment.carried_for in ('company', 'owner')
),

territory as (
    select * from attainment
    where carried_for = 'territory'
),

carriers as (
    select
        period_grain,
        period_start,
        period_end,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        quota_metric,
        count(*) filter (where achieved >= quota) as attained_count,
        count(*) as carrier_count
    from attainment
    where carried_for = 'owner' and segment <> '(none)' and quota > 0
    group by
        quota_metric,
        period_grain,
        period_start,
        period_end
),

{%- for metric in variants %}
    company_{{ metric }} as (
        select * from company
        where quota_metric = '{{ metric }}'
    ),

    carriers_{{ metric }} as (
        select * from carriers
        where quota_metric = '{{ metric }}'
    ),
{% endfor %}
final as (
    {%- for metric, variant in variants.items() %}
        {{ kpi_rows(
            'R01', variant, 'company_' ~ metric,
            numerator='achieved',
            denominator='quota',
            n='quota_count'
        ) }}
        union all
        {{ kpi_rows(
            'R01', 'share_attained_' ~ variant, 'carriers_' ~ metric,
            numerator='attained_count',
            denominator='carrier_count'
        ) }}
        union all
    {%- endfor %}
    {{ kpi_rows(
        'R02', 'headline', 'territory',
        numerator='achieved',
        denominator='quota',
        n='quota_count'
    ) }}
)

select * from final
