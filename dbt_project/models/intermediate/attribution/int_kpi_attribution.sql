-- M07: what each channel and campaign is credited with, in the words of each model; M08: how much of the pipeline no
-- touch of marketing is known to have brought, beside how much of it could be known.
{%- set models = ['first', 'last', 'linear', 'u_shaped', 'w_shaped', 'time_decay', 'full_path'] %}
-- Where no act of anybody is kept at all, nobody can say what brought what, and there are no rows.
with tracked as (
    select count(*) as act_count
    from {{ ref('int_touches') }}
    where touch_kind in ('campaign_response', 'click', 'form')
),

totals as (
    select totalled.*
    from {{ ref('int_attribution_totalled') }} as totalled
    cross join tracked
    where tracked.act_count > 0
),

{%- for model in models %}
    {%- for basis in ['pipeline', 'won'] if not (model == 'full_path' and basis == 'pipeline') %}
        {{ basis }}_{{ model }} as (
            select * from totals
            where attribution_model = '{{ model }}' and basis = '{{ basis }}'
        ),
    {% endfor %}
{%- endfor %}
dark as (
    select totalled.*
    from {{ ref('int_dark_funnel_totalled') }} as totalled
    cross join tracked
    where tracked.act_count > 0
),

final as (
    {%- for model in models %}
        {%- for basis in ['pipeline', 'won'] if not (model == 'full_path' and basis == 'pipeline') %}
            {{ kpi_rows(
                'M07', basis ~ '_' ~ model, basis ~ '_' ~ model,
                numerator='credited_amount',
                n='credit_count'
            ) }}
            union all
        {%- endfor %}
    {%- endfor %}
    {{ kpi_rows('M08', 'count', 'dark', numerator='dark_count', denominator='opportunity_count') }}
    union all
    {{ kpi_rows('M08', 'amount', 'dark', numerator='dark_amount', denominator='amount', n='opportunity_count') }}
    union all
    {{ kpi_rows('M08', 'tracking_coverage', 'dark', numerator='tracked_count', denominator='opportunity_count') }}
)

select * from final
