-- One row a prospecting spell and segment type. The owner is who was to prospect the account when the
-- spell began.
{%- set dimensions = {
    'owner': ['owner_id', 'coalesce(owner_name, owner_id)'],
    'account_segment': ['account_segment', 'account_segment'],
    'industry': ['industry', 'industry'],
    'country': ['country', 'country'],
} %}
with spells as (
    select * from {{ ref('int_prospecting_spells') }}
),

companies as (
    select * from {{ ref('int_companies') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('resolved', 'user') }}
),

described as (
    select
        spells.prospecting_spell_id,
        spells.owner_id,
        users.user_name as owner_name,
        companies.account_segment,
        companies.industry,
        companies.country
    from spells
    left join users
        on spells.owner_id = users.user_id
    left join companies
        on spells.company_id = companies.company_id
),

{{ in_segments_of_its_own('described', 'prospecting_spell_id', dimensions) }}

select * from final
