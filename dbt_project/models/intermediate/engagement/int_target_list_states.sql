-- One row an account on a target list and day on which states are measured: as it was on that day, and, for the
-- list as it was at the begin of that month, to which nobody was added to dress the figure up or down.
with memberships as (
    select * from {{ ref('int_target_list_companies') }}
),

measured_days as (
    select distinct
        measured_on,
        {{ date_start('month', 'measured_on') }} as month_start_date
    from {{ ref('int_state_periods') }}
),

company_states as (
    select * from {{ ref('int_company_states') }}
),

listed as (
    {%- for list_basis, listed_on in {'as_of_day': 'measured_on', 'at_month_start': 'month_start_date'}.items() %}
        select
            measured_days.measured_on,
            '{{ list_basis }}' as list_basis,
            memberships.target_account_id,
            memberships.company_id,
            memberships.tier
        from memberships
        inner join measured_days
            on
                memberships.valid_from <= measured_days.{{ listed_on }}
                and coalesce(memberships.valid_to > measured_days.{{ listed_on }}, true)
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        listed.*,
        coalesce(company_states.engaged_individual_count, 0) as engaged_individual_count,
        coalesce(company_states.has_opportunity, false) as has_opportunity,
        coalesce(company_states.has_won, false) as has_won
    from listed
    left join company_states
        on
            listed.measured_on = company_states.measured_on
            and listed.company_id = company_states.company_id
)

select * from final
