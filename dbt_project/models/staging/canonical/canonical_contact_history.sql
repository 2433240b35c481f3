{{ config(alias='contact_history') }}

{{ canonical_field_history('contact_history', 'contact_id') }}
