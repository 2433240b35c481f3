{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='account_version_id',
    on_schema_change='append_new_columns',
    full_refresh=false,
    pre_hook=["{{ note_rows('before') }}", "{{ note_rows('kept') }}"],
    post_hook="{{ note_rows('after') }}"
) }}

-- Where a vendor delivers history this is a second witness that nobody asks.
{{ versions_seen('account', ['owner_id', 'sales_development_owner_id']) }}
