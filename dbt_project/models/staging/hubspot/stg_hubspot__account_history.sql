{%- set created_at = hubspot_timestamp(first_filled('source.createdate', 'source."createdAt"')) -%}
{%- set is_later = 'values_of.changed_at > ' ~ created_at -%}

with source as (
    select * from {{ source('raw_hubspot', 'company') }}
),

-- Whom a company was created with is no change.
{{ hubspot_field_history('account_history', 'account_id', {
    'hubspot_owner_id': 'owner_id',
    'sales_development_owner': 'sales_development_owner_id',
}, only={
    'hubspot_owner_id': is_later,
    'sales_development_owner': is_later,
}) }}

select * from final
