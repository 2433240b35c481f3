-- A04: how many accounts on target lists have several engaged people, and the ladder from target to won.
with totals as (
    select * from {{ ref('int_target_list_totalled') }}
),

fixed as (
    select * from totals
    where target_at_month_start_count > 0
),

listed as (
    select * from totals
    where target_count > 0
),

final as (
    {{ kpi_rows(
        'A04', 'engaged_people_2', 'listed', numerator='several_engaged_count', denominator='target_count'
    ) }}
    union all
    {{ kpi_rows(
        'A04', 'fixed_at_month_start', 'fixed',
        numerator='several_engaged_at_month_start_count',
        denominator='target_at_month_start_count'
    ) }}
    {%- for variant in ['engaged', 'opportunity', 'won'] %}
        union all
        {{ kpi_rows(
            'A04', 'ladder_' ~ variant, 'listed', numerator=variant ~ '_count', denominator='target_count'
        ) }}
    {%- endfor %}
)

select * from final
