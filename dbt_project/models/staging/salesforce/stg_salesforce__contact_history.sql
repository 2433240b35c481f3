{{ salesforce_field_history('contact_history', 'contact_id', 'ContactId', fields={
    'owner': 'owner_id',
    'ownerid': 'owner_id',
}) }}
