{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='opportunity_version_id',
    on_schema_change='append_new_columns',
    full_refresh=false,
    pre_hook=["{{ note_rows('before') }}", "{{ note_rows('kept') }}"],
    post_hook="{{ note_rows('after') }}"
) }}

-- Where a vendor delivers history this is a second witness that nobody asks.
{{ versions_seen('opportunity', [
    'stage', 'amount_original', 'close_date', 'owner_id', 'probability', 'forecast_category'
]) }}
