{{ config(meta={'dagster': {'ref': {'name': 'fct_opportunity'}}}) }}

-- A reference may point at a record that the gate held back or left out, or at an entity that the source
-- does not deliver; at nothing else. A failing row is a source with more unresolved references to an entity
-- than records of it were held back or left out.
with unresolved as (
    {% for facts, column, targets, entity in [
        ('fct_opportunity', 'account_id', 'dim_account', 'account'),
        ('fct_opportunity', 'campaign_id', 'dim_campaign', 'campaign'),
        ('dim_person', 'account_id', 'dim_account', 'account'),
        ('fct_campaign_touch', 'campaign_id', 'dim_campaign', 'campaign'),
        ('fct_email_send', 'campaign_id', 'dim_campaign', 'campaign'),
        ('fct_activity', 'opportunity_id', 'fct_opportunity', 'opportunity'),
        ('fct_activity', 'account_id', 'dim_account', 'account'),
    ] %}
        select
            '{{ facts }}.{{ column }}' as reference,
            facts.source_name,
            '{{ entity }}' as entity,
            count(distinct facts.{{ column }}) as unresolved_references
        from {{ ref(facts) }} as facts
        left join {{ ref(targets) }} as targets
            on facts.{{ column }} = targets.{{ column }}
        where facts.{{ column }} is not null and targets.{{ column }} is null
        group by facts.source_name
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

delivered as (
    select distinct
        source_name,
        entity
    from {{ source('config', 'delivered_entity') }}
)

select
    unresolved.*,
    balances.rows_quarantined,
    balances.rows_excluded
from unresolved
inner join delivered
    on unresolved.source_name = delivered.source_name and unresolved.entity = delivered.entity
left join {{ ref('fct_row_balance') }} as balances
    on unresolved.source_name = balances.source_name and unresolved.entity = balances.entity
where unresolved.unresolved_references > coalesce(balances.rows_quarantined + balances.rows_excluded, 0)
