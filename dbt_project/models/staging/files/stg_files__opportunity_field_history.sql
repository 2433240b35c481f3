{{ files_field_history('opportunity_field_history', 'opportunity_id') }}
