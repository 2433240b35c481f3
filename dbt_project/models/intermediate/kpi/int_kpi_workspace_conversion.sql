-- S04: free and trial workspaces that became paid, cohorts old enough only.
with cohorts as (
    select * from {{ ref('int_workspace_cohorts_totalled') }}
),

final as (
    {%- for days in [30, 90] %}
        {{ kpi_rows(
            'S04', 'paid_within_' ~ days ~ '_days', 'cohorts',
            numerator='paid_within_' ~ days ~ '_days_count',
            denominator='older_than_' ~ days ~ '_days_count',
            n_excluded='workspace_count - older_than_' ~ days ~ '_days_count'
        ) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select * from final
