{{ files_field_history('lead_history', 'lead_id') }}
