-- One row a hand-off and segment type. A type that no hand-off of the company has a value for is not a dimension of
-- that company.
{%- set dimensions = {
    'owner': ['from_user_id', 'coalesce(owner_name, from_user_id)'],
    'receiver': ['to_user_id', 'coalesce(receiver_name, to_user_id)'],
    'motion': ['motion', 'motion'],
    'lead_source': ['lead_source', 'lead_source'],
    'account_segment': ['account_segment', 'account_segment'],
} %}
with hand_offs as (
    select * from {{ ref('int_hand_offs_prepared') }}
    where person_id is not null
),

companies as (
    select * from {{ ref('int_companies') }}
),

users as (
    select
        user_id,
        user_name
    from {{ source('gate', 'user') }}
),

described as (
    select
        hand_offs.*,
        senders.user_name as owner_name,
        receivers.user_name as receiver_name,
        companies.account_segment
    from hand_offs
    left join users as senders
        on hand_offs.from_user_id = senders.user_id
    left join users as receivers
        on hand_offs.to_user_id = receivers.user_id
    left join companies
        on hand_offs.company_id = companies.company_id
),

present as (
    select
        {%- for segment_type, (key, label) in dimensions.items() %}
            count({{ key }}) > 0 as has_{{ segment_type }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from described
),

final as (
    select
        hand_off_id,
        'all' as segment_type,
        'all' as segment_id,
        'all' as segment
    from described
    {%- for segment_type, (key, label) in dimensions.items() %}
        union all
        select
            described.hand_off_id,
            '{{ segment_type }}' as segment_type,
            coalesce(described.{{ key }}, '(none)') as segment_id,
            coalesce({{ label }}, '(none)') as segment
        from described
        cross join present
        where present.has_{{ segment_type }}
    {%- endfor %}
)

select * from final
