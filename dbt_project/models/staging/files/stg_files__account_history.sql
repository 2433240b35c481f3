{{ files_field_history('account_history', 'account_id') }}
