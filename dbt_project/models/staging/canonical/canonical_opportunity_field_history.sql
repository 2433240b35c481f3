{{ config(alias='opportunity_field_history') }}

{{ canonical_field_history('opportunity_field_history', 'opportunity_id') }}
