-- One row a segment and period of acceptance with the opportunities that sales accepted first in it.
{%- set dimensions = {
    'owner': ['from_user_id', 'coalesce(owner_name, from_user_id)'],
    'motion': ['motion', 'motion'],
    'account_segment': ['account_segment', 'account_segment'],
} %}
with accepted as (
    select
        accepted.*,
        users.user_name as owner_name,
        companies.account_segment
    from {{ ref('int_accepted_opportunities') }} as accepted
    left join {{ source('resolved', 'user') }} as users
        on accepted.from_user_id = users.user_id
    left join {{ ref('int_companies') }} as companies
        on accepted.company_id = companies.company_id
),

periods as (
    select * from {{ ref('int_date_periods') }}
    where period_grain <> 'week'
),

all_time as (
    select * from {{ ref('int_all_time_period') }}
),

cases as (
    select
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment,
        accepted_on,
        qualification_field_count
    from accepted
    {%- for segment_type, (key, label) in dimensions.items() %}
        union all
        select
            '{{ segment_type }}' as segment_type,
            coalesce({{ key }}, '(none)') as segment_id,
            coalesce({{ label }}, '(none)') as segment,
            accepted_on,
            qualification_field_count
        from accepted
    {%- endfor %}
),

placed as (
    {{ placed_in_periods('cases', 'accepted_on') }}
),

final as (
    select
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment,
        count(*) as accepted_opportunity_count,
        count(qualification_field_count) as with_qualification_count,
        coalesce(sum(qualification_field_count), 0) as qualification_field_count
    from placed
    group by
        period_grain,
        period_start,
        period_end,
        segment_type,
        segment_id,
        segment
)

select * from final
