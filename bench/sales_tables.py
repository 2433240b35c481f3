"""Made opportunities, their history, people and products, and what was billed, as SQL.

Belongs here: column → expression over the counter ``i`` (see ``people_tables``). Every fourth
opportunity is won, two are lost, one is open; each won one has a contract. Does not belong here:
people (``people_tables``), work and use (``work_tables``).
"""

from __future__ import annotations

PARTS = {
    "stages": "['Closed Won', 'Closed Lost', 'Closed Lost', 'Open']",
    "open_stages": "['Meeting Set', 'Discovery', 'Scope', 'Economic Buyer', 'Proof of Value', "
    "'Justification', 'Negotiation']",
    "roles": "['Economic Buyer', 'Champion', 'User', 'Blocker']",
    "opportunity_types": "['New Business', 'New Business', 'Renewal', 'Expansion']",
}

SALES_TABLES: dict[str, dict[str, str]] = {
    "opportunity": {
        "opportunity_id": "record_key('006', i)",
        "account_id": "case when one_in(i, 'no account', 400) then record_key('001', -1) "
        "else record_key('001', i * 7 % {accounts}) end",
        "opportunity_name": "concat('Deal ', cast(i as varchar))",
        "opportunity_type": "{opportunity_types}[1 + i // 4 % 4]",
        "stage": "case when one_in(i, 'stage', 100) then 'Dreaming' when i % 4 = 3 "
        "then {open_stages}[1 + pick(i, 'position', 7)] else {stages}[1 + i % 4] end",
        "amount_original": "case when one_in(i, 'no amount', 60) then null "
        "when one_in(i, 'other amount', 60) then 7 else 1200 * (1 + pick(i, 'amount', 100)) end",
        "currency_code": "case when one_in(i, 'currency', 400) then 'XXX' "
        "when i % 5 = 0 then 'EUR' else 'USD' end",
        "probability": "case when one_in(i, 'probability', 80) then 65.0 "
        "else [1.0, 0.0, 0.0, 0.3][1 + i % 4] end",
        "close_date": "case when i % 4 = 3 then date '2026-09-25' "
        "+ cast(pick(i, 'closing', 300) as integer) "
        "else cast(known_at('opportunity', i) as date) "
        "+ case when one_in(i, 'early', 80) then -9 else 40 end end",
        "forecast_category": "case when i % 4 = 3 then ['pipeline', 'best_case', 'commit']"
        "[1 + pick(i, 'category', 3)] when i % 4 = 0 then 'closed' else 'omitted' end",
        "lead_source": "case when not one_in(i, 'sourceless', 30) then 'Event' end",
        "campaign_id": "case when not one_in(i, 'campaign', 30) "
        "then record_key('701', pick(i, 'campaigns', {campaigns})) end",
        "qualification_field_count": "9 - cast(one_in(i, 'fields', 20) as integer)",
        "contact_id": "record_key('003', pick(i, 'contact 0', {contacts}))",
        "owner_id": "record_key('005', pick(i, 'owner', {users}))",
        "next_step": "case when not one_in(i, 'step', 20) then 'Call' end",
        "next_step_date": "date '2026-10-05' - cast(pick(i, 'step date', 10) as integer)",
        "loss_reason": "case when i % 4 in (1, 2) and not one_in(i, 'reason', 30) then 'Price' end",
        "is_closed_in_source": "i % 4 < 3",
        "created_at": "known_at('opportunity', i)",
    },
    # Seven rows an opportunity: the open stages that it passed, then where it is.
    "opportunity_history": {
        "opportunity_history_id": "record_key('008', i)",
        "opportunity_id": "record_key('006', i // 7)",
        "stage": "case when i % 7 = 6 and i // 7 % 4 < 3 then {stages}[1 + i // 7 % 4] "
        "when i // 7 % 4 = 3 then {open_stages}[1 + least(i % 7, pick(i // 7, 'position', 7))] "
        "else {open_stages}[1 + i % 7] end",
        "close_date": "date '2026-10-01' + cast(10 * (i % 7) * pick(i // 7, 'push', 2) as integer)",
        "changed_at": "known_at('opportunity', i // 7) + interval 1 day * (5 * (i % 7))",
    },
    "opportunity_field_history": {
        "opportunity_field_history_id": "record_key('017', i)",
        "opportunity_id": "record_key('006', i)",
        "field_name": "'stage_change_reason'",
        "new_value": "'Agreed'",
        "changed_at": "known_at('opportunity', i) + interval 45 day",
    },
    "opportunity_contact_role": {
        "opportunity_contact_role_id": "record_key('00K', i)",
        "opportunity_id": "record_key('006', i // 2)",
        "contact_id": "record_key('003', "
        "pick(i // 2, concat('contact ', cast(i % 2 as varchar)), {contacts}))",
        "role": "{roles}[1 + pick(i, 'role', 4)]",
        "is_primary": "i % 2 = 0",
    },
    "opportunity_line_item": {
        "opportunity_line_item_id": "record_key('00k', i)",
        "opportunity_id": "record_key('006', i // 2)",
        "product_id": "record_key('01t', i % 2)",
        "quantity": "10",
        "total_price_original": "600 * (1 + pick(i // 2, 'amount', 100))",
    },
    "product": {
        "product_id": "record_key('01t', i)",
        "product_name": "concat('Product ', cast(i as varchar))",
        "product_code": "concat('P-', cast(i as varchar))",
        "product_family": "case when i % 2 = 0 then 'Platform' else 'Add-on' end",
        "is_active": "true",
    },
    "subscription": {
        "subscription_id": "record_key('sub', i)",
        "account_id": "case when one_in(i, 'no account', 60) then record_key('001', -1) "
        "else record_key('001', i * 28 % {accounts}) end",
        "billing_account_id": "concat('B', cast(i as varchar))",
        "opportunity_id": "case when not one_in(i, 'contract', 60) "
        "then record_key('006', i * 4) end",
        "status": "'Active'",
        "currency_code": "case when i * 4 % 5 = 0 then 'EUR' else 'USD' end",
        "signed_on": "cast(known_at('opportunity', i * 4) as date) + 40",
        "started_on": "cast(known_at('opportunity', i * 4) as date) + 41",
        "term_months": "12",
        "term_started_on": "cast(known_at('opportunity', i * 4) as date) + 41",
        "term_ends_on": "date '2026-10-01' + cast(pick(i, 'term', 365) as integer)",
        "ended_on": "case when one_in(i, 'ended', 300) then date '2020-01-01' end",
    },
    "subscription_charge": {
        "subscription_charge_id": "record_key('chg', i)",
        "subscription_id": "record_key('sub', case when one_in(i, 'lost', 400) then -1 "
        "else i // 2 end)",
        "account_id": "record_key('001', i // 2 * 28 % {accounts})",
        "product_id": "record_key('01t', i % 2)",
        "charge_name": "case when one_in(i // 2 * 28 % {accounts}, 'overlap', 200) then 'Seats' "
        "else concat('Seats of contract ', cast(i // 2 as varchar)) end",
        "is_recurring": "true",
        "effective_from": "cast(known_at('opportunity', i // 2 * 4) as date) + 41",
        "quantity": "10",
        "unit_price_original": "5 * (1 + pick(i // 2 * 4, 'amount', 100)) "
        "+ cast(one_in(i, 'price', 60) as integer)",
        "monthly_recurring_original": "50 * (1 + pick(i // 2 * 4, 'amount', 100))",
        "currency_code": "case when i // 2 * 4 % 5 = 0 then 'EUR' else 'USD' end",
    },
}
