{{ salesforce_field_history('lead_history', 'lead_id', 'LeadId', fields={
    'status': 'lead_status',
    'owner': 'owner_id',
    'ownerid': 'owner_id',
}) }}
