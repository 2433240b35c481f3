"""Made activities, territories, target lists, workspaces and their use, as SQL.

Belongs here: column → expression over the counter ``i`` (see ``people_tables``). Half of the
activities are with leads, half with contacts. Does not belong here: what they are about.
"""

from __future__ import annotations

PARTS = {
    "with_lead": "i % 2 = 0",
    "lead": "pick(i, 'lead', {leads})",
    "contact": "pick(i, 'contact', {contacts})",
    "worked_at": "case when i % 2 = 0 then work_time('lead', pick(i, 'lead', {leads}), i) "
    "else work_time('contact', pick(i, 'contact', {contacts}), i) end",
}

WORK_TABLES: dict[str, dict[str, str]] = {
    "activity": {
        "activity_id": "record_key('00T', i)",
        "activity_type": "['email', 'call', 'email', 'email', 'call', 'meeting'][1 + i % 6]",
        "subject": "'Follow up'",
        "is_done": "i % 50 > 0",
        "activity_date": "case when one_in(i, 'future', 200) then date '2027-01-01' "
        "else cast({worked_at} as date) end",
        "started_at": "case when i % 6 = 5 then {worked_at} end",
        "lead_id": "case when {with_lead} and not one_in(i, 'unlinked', 100) "
        "then record_key('00Q', {lead}) end",
        "contact_id": "case when not ({with_lead}) and not one_in(i, 'unlinked', 100) "
        "then record_key('003', {contact}) end",
        "account_id": "case when not ({with_lead}) and not one_in(i, 'unlinked', 100) "
        "then record_key('001', contact_account({contact}, {accounts})) end",
        "opportunity_id": "case when i % 4 = 1 and not one_in(i, 'unlinked', 100) "
        "then record_key('006', pick(i, 'opportunity', {opportunities})) end",
        "owner_id": "record_key('005', pick(i, 'owner', {users}))",
        "direction": "case when i % 7 = 0 then 'inbound' else 'outbound' end",
        "is_automated": "i % 6 = 2",
        "meeting_outcome": "case when i % 6 = 5 and not one_in(i, 'outcome', 50) then 'held' end",
        "created_at": "{worked_at}",
    },
    "territory": {
        "territory_id": "record_key('ter', i)",
        "territory_name": "['North America East', 'EMEA Central', 'Rest'][1 + i % 3]",
        "region": "['amer', 'emea', 'apac'][1 + i % 3]",
    },
    "territory_assignment": {
        "territory_assignment_id": "record_key('tas', i)",
        "territory_id": "record_key('ter', i % 3)",
        "user_email": "user_email(i // 3)",
        "valid_from": "date '2023-01-01'",
        "valid_to": "case when i // 3 % 20 = i % 3 then date '2026-01-01' end",
    },
    "market_account": {
        "market_account_id": "record_key('mkt', i)",
        "account_domain": "account_domain(i)",
        "country_code": "['US', 'DE', 'FR', 'GB', 'ES', 'NL'][1 + i % 6]",
        "region": "case when i % 6 = 0 then 'amer' else 'emea' end",
    },
    "target_account": {
        "target_account_id": "record_key('tgt', i)",
        "target_list_name": "'2026'",
        "account_domain": "account_domain(i * 20)",
        "valid_from": "date '2026-01-01'",
    },
    "workspace": {
        "workspace_id": "record_key('wsp', i)",
        "workspace_name": "concat('Workspace ', cast(i as varchar))",
        "account_id": "case when not one_in(i, 'unmatched', 40) "
        "then record_key('001', i * 4 % {accounts}) end",
        "created_at": "known_at('workspace', i)",
        "paid_at": "known_at('workspace', i) + interval 10 day",
    },
    "workspace_user": {
        "workspace_user_id": "record_key('wus', i)",
        "workspace_id": "record_key('wsp', i % {workspaces})",
        "email": "case when one_in(i, 'test', 100) then 'qa-1@customer.com' "
        "else concat('user', cast(i as varchar), '@', account_domain(i % {workspaces} * 4)) end",
        "email_domain": "account_domain(i % {workspaces} * 4)",
    },
    "product_event": {
        "product_event_id": "record_key('evt', i)",
        "event_name": "'Signed In'",
        "workspace_id": "record_key('wsp', i % {workspace_users} % {workspaces})",
        "workspace_user_id": "record_key('wus', i % {workspace_users})",
        "occurred_at": "instant_of(i, 'event', 60)",
    },
}
