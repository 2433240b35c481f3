{{ config(alias='account_history') }}

{{ canonical_field_history('account_history', 'account_id') }}
