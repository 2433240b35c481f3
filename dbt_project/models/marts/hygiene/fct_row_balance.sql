{#- Where an entity has a mart, its rows are counted there; else where the gate hands them on. -#}
{%- set counted_in = {
    'account': [ref('dim_account'), 'count(*)'],
    'contact': ['person_record', "count(*) filter (where entity = 'contact')"],
    'lead': ['person_record', "count(*) filter (where entity = 'lead')"],
    'opportunity': [ref('fct_opportunity'), 'count(*)'],
    'opportunity_history': [source('gate', 'opportunity_history'), 'count(*)'],
    'opportunity_field_history': [source('gate', 'opportunity_field_history'), 'count(*)'],
    'opportunity_contact_role': [source('gate', 'opportunity_contact_role'), 'count(*)'],
    'opportunity_line_item': [source('gate', 'opportunity_line_item'), 'count(*)'],
    'product': [ref('dim_product'), 'count(*)'],
    'campaign': [ref('dim_campaign'), 'count(*)'],
    'campaign_member': [ref('fct_campaign_touch'), 'count(*)'],
    'activity': [ref('fct_activity'), 'count(*)'],
    'user': [ref('dim_user'), 'count(*) filter (where is_delivered)'],
    'account_contact_relation': [source('gate', 'account_contact_relation'), 'count(*)'],
    'account_history': [source('gate', 'account_history'), 'count(*)'],
    'lead_history': [source('gate', 'lead_history'), 'count(*)'],
    'contact_history': [source('gate', 'contact_history'), 'count(*)'],
    'email_event': [source('gate', 'email_event'), 'count(*)'],
    'marketing_person': [source('gate', 'marketing_person'), 'count(*)'],
    'form_submission': [source('gate', 'form_submission'), 'count(*)'],
    'workspace': [ref('dim_workspace'), 'count(*)'],
    'workspace_user': [source('gate', 'workspace_user'), 'count(*)'],
    'subscription': [source('gate', 'subscription'), 'count(*)'],
    'subscription_charge': [source('gate', 'subscription_charge'), 'count(*)'],
    'employee': [ref('dim_employee'), 'count(*)'],
    'holiday': [source('gate', 'holiday'), 'count(*)'],
    'quota': [ref('fct_quota'), 'count(*)'],
    'territory': [ref('dim_territory'), 'count(*)'],
    'territory_assignment': [ref('fct_territory_assignment'), 'count(*)'],
    'cost_entry': [ref('fct_cost_entry'), 'count(*)'],
    'target_account': [ref('fct_target_list_membership'), 'count(*)'],
    'market_account': [ref('dim_market_account'), 'count(*)'],
    'survey_response': [ref('fct_survey_response'), 'count(*)'],
    'hand_off': [source('gate', 'hand_off'), 'count(*)'],
    'sequence_enrollment': [source('gate', 'sequence_enrollment'), 'count(*)'],
    'usage_record': [source('gate', 'usage_record'), 'count(*)'],
    'support_ticket': [source('gate', 'support_ticket'), 'count(*)'],
    'churn_event': [source('gate', 'churn_event'), 'count(*)'],
} -%}
with rows_in as (
    select
        source_name,
        entity,
        sum(rows_in) as rows_in
    from {{ source('config', 'raw_row_count') }}
    group by source_name, entity
),

-- A person's records may come from several sources.
person_record as (
    select
        records.entity,
        records.source_name
    from {{ ref('int_person_records') }} as records
    inner join {{ ref('dim_person') }} as persons
        on records.person_id = persons.person_id
),

rows_out as (
    {%- for entity, (relation, counted) in counted_in.items() %}
        select
            source_name,
            '{{ entity }}' as entity,
            {{ counted }} as rows_out
        from {{ relation }}
        group by source_name
        union all
    {%- endfor %}
    -- Events are never held back one by one: a row is an event, a copy of one, or of somebody excluded.
    select
        source_name,
        'product_event' as entity,
        sum(event_count) as rows_out
    from {{ ref('fct_product_usage_daily') }}
    group by source_name
),

rows_quarantined as (
    {%- for entity in counted_in %}
        select
            source_name,
            '{{ entity }}' as entity,
            count(*) as rows_quarantined
        from {{ source('hygiene', 'quarantined_' ~ entity) }}
        group by source_name
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

left_out as (
    select
        source_name,
        entity,
        rows_excluded
    from {{ source('hygiene', 'excluded_row_count') }}
    union all
    -- Copies count with the record that they are copies of.
    select
        source_name,
        'account' as entity,
        count(*) as rows_excluded
    from {{ source('identity', 'xref_account') }}
    where is_admitted and account_id <> survivor_account_id
    group by source_name
    union all
    select
        source_name,
        entity,
        count(*) as rows_excluded
    from {{ source('identity', 'xref_person') }}
    where
        is_admitted
        and record_id <> case entity when 'contact' then surviving_contact_id else surviving_lead_id end
    group by source_name, entity
),

rows_excluded as (
    select
        source_name,
        entity,
        sum(rows_excluded) as rows_excluded
    from left_out
    group by source_name, entity
    union all
    select
        source_name,
        'product_event' as entity,
        sum(duplicate_count + excluded_event_count) as rows_excluded
    from {{ ref('fct_product_usage_daily') }}
    group by source_name
),

-- Any side may be the only one that knows a source and entity; that is just what must come to light.
pairs as (
    select
        source_name,
        entity
    from rows_in
    union distinct
    select
        source_name,
        entity
    from rows_out
    where rows_out > 0
    union distinct
    select
        source_name,
        entity
    from rows_quarantined
    union distinct
    select
        source_name,
        entity
    from rows_excluded
    where rows_excluded > 0
),

counted as (
    select
        pairs.source_name,
        pairs.entity,
        coalesce(rows_in.rows_in, 0) as rows_in,
        coalesce(rows_out.rows_out, 0) as rows_out,
        coalesce(rows_quarantined.rows_quarantined, 0) as rows_quarantined,
        coalesce(rows_excluded.rows_excluded, 0) as rows_excluded
    from pairs
    left join rows_in
        on pairs.source_name = rows_in.source_name and pairs.entity = rows_in.entity
    left join rows_out
        on pairs.source_name = rows_out.source_name and pairs.entity = rows_out.entity
    left join rows_quarantined
        on pairs.source_name = rows_quarantined.source_name and pairs.entity = rows_quarantined.entity
    left join rows_excluded
        on pairs.source_name = rows_excluded.source_name and pairs.entity = rows_excluded.entity
),

final as (
    select
        {{ surrogate_key('source_name', 'entity') }} as row_balance_id,
        source_name,
        entity,
        cast(rows_in as bigint) as rows_in,
        cast(rows_out as bigint) as rows_out,
        cast(rows_quarantined as bigint) as rows_quarantined,
        cast(rows_excluded as bigint) as rows_excluded,
        cast(rows_in - rows_out - rows_quarantined - rows_excluded as bigint) as rows_unexplained,
        cast('{{ var("as_of_date") }}' as date) as as_of_date
    from counted
)

select * from final
