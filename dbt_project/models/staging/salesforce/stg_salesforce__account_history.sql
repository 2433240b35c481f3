{{ salesforce_field_history('account_history', 'account_id', 'AccountId', fields={
    'owner': 'owner_id',
    'ownerid': 'owner_id',
}) }}
