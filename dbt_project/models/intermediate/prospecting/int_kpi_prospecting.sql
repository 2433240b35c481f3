-- A01 and A02: of the prospecting spells that began in the period, the share with a meaningful conversation and
-- with a passed lead. Inbound spells, and those of customers and running deals, are cohorts of their own.
{%- set cohorts = ['outbound', 'inbound', 'expansion'] %}
with totals as (
    select * from {{ ref('int_prospecting_totalled') }}
),

-- Without a CRM in which hand-offs are kept nothing is known of leads that were passed.
hand_offs as (
    select count(*) as hand_off_count
    from {{ ref('int_hand_offs_prepared') }}
),

with_hand_offs as (
    select totals.*
    from totals
    cross join hand_offs
    where hand_offs.hand_off_count > 0
),

{% for cohort in cohorts %}
    {{ cohort }} as (
        select * from totals
        where cohort = '{{ cohort }}'
    ),

    {{ cohort }}_with_hand_offs as (
        select * from with_hand_offs
        where cohort = '{{ cohort }}'
    ),

{% endfor %}
final as (
    {%- for cohort in cohorts %}
        {{ kpi_rows(
            'A01', cohort, cohort,
            numerator='connected_count',
            denominator='connect_mature_count',
            n_excluded='connect_young_count'
        ) }}
        union all
        {{ kpi_rows(
            'A02', cohort, cohort ~ '_with_hand_offs',
            numerator='passed_count',
            denominator='pass_mature_count',
            n_excluded='pass_young_count'
        ) }}
        union all
    {%- endfor %}
    {{ kpi_rows(
        'A02', 'leads_passed', 'outbound_with_hand_offs',
        numerator='leads_passed_count',
        n='pass_mature_count'
    ) }}
)

select * from final
