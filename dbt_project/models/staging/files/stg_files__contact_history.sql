{{ files_field_history('contact_history', 'contact_id') }}
