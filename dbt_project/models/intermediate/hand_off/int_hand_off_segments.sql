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
    from {{ source('resolved', 'user') }}
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

{{ in_segments_of_its_own('described', 'hand_off_id', dimensions) }}

select * from final
