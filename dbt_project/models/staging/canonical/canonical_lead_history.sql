{{ config(alias='lead_history') }}

{{ canonical_field_history('lead_history', 'lead_id') }}
