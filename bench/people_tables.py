"""Made users, accounts, contacts, leads and what marketing did with them, as SQL over a counter.

Belongs here: column → expression over ``i``, from 0 on. ``{accounts}`` stands for a table's size;
macros are those of ``records``. What is not named is NULL. Does not belong here: sales, billing,
use (``sales_tables``, ``work_tables``).

About one record in a hundred has each kind of mistake, one in a few hundred each that blocks.
"""

from __future__ import annotations

#: Name → expression; filled in wherever an expression says ``{name}``.
PARTS = {
    "first_names": "['Ada', 'Bertha', 'Carlos', 'Dana', 'Emil', 'Farah', 'Grace', 'Hugo', 'Ines', "
    "'Jonas', 'Keiko', 'Liam', 'Maya', 'Nadia', 'Omar', 'Priya']",
    "last_names": "['Adler', 'Boxer', 'Castro', 'Dubois', 'Eriksen', 'Fischer', 'Gupta', "
    "'Hansen', 'Ito', 'Jensen', 'Kowalski', 'Lopez', 'Moreau', 'Novak', 'Okafor', 'Peters']",
    "titles": "['Chief Executive Officer', 'VP Sales', 'Director of Operations', 'Buyer', "
    "'Head of Marketing', 'Data Engineer', 'Office Manager', 'Finance Lead']",
    "countries": "['US', 'United States', 'Germany', 'FR', 'UK', 'Spain', 'USA', 'NL']",
    "industries": "['Software', 'Retail', 'Energy', 'Media', 'Healthcare', 'Education']",
    "lead_sources": "['Content', 'Event', 'Outbound', 'Paid Search', 'Partner', 'Referral']",
}

PEOPLE_TABLES: dict[str, dict[str, str]] = {
    "user": {
        "user_id": "record_key('005', i)",
        "user_name": "concat('User ', cast(i as varchar))",
        "email": "user_email(i)",
        "is_active": "pick(i, 'left', 40) > 0",
    },
    "employee": {
        "employee_id": "record_key('emp', i)",
        "full_name": "concat('User ', cast(i as varchar))",
        "email": "user_email(i)",
        "team": "concat('Team ', cast(i % 20 as varchar))",
        "hired_on": "date '2022-01-01'",
    },
    "account": {
        "account_id": "record_key('001', i)",
        "account_name": "case when one_in(i, 'unnamed', 400) then 'n/a' "
        "else concat('Company ', cast(i - cast(one_in(i, 'again', 100) as integer) as varchar)) "
        "end",
        "account_type": "case when i % 4 = 0 and not one_in(i, 'no customer', 80) then 'Customer' "
        "else 'Prospect' end",
        "parent_account_id": "case when one_in(i, 'no parent', 400) then record_key('001', -1) "
        "when i % 10 = 7 then record_key('001', i - 7) end",
        "industry": "case when one_in(i, 'industry', 60) then 'Widgets' "
        "else {industries}[1 + pick(i, 'industries', 6)] end",
        "website": "case when not one_in(i, 'no site', 30) "
        "then concat('https://www.', account_domain(i)) end",
        "website_domain": "case when not one_in(i, 'no site', 30) then account_domain(i) end",
        "country": "case when one_in(i, 'country', 60) then 'Atlantis' "
        "else {countries}[1 + pick(i, 'countries', 8)] end",
        "state": "case when i % 3 = 0 and pick(i, 'countries', 8) = 0 then 'CA' end",
        "annual_revenue": "case when not one_in(i, 'unknown', 50) "
        "then (50 + pick(i, 'employees', 3000)) * 150000 end",
        "employee_count": "case when one_in(i, 'absurd', 80) then -1 "
        "when not one_in(i, 'unknown', 50) then 50 + pick(i, 'employees', 3000) end",
        "territory": "case when one_in(i, 'territory', 50) then 'Nowhere' "
        "else ['North America East', 'North America East', 'EMEA Central', 'EMEA Central', "
        "'EMEA Central', 'EMEA Central', 'North America East', 'EMEA Central']"
        "[1 + pick(i, 'countries', 8)] end",
        "account_segment": "case when 50 + pick(i, 'employees', 3000) < 200 then 'smb' "
        "when 50 + pick(i, 'employees', 3000) < 2000 or one_in(i, 'segment', 60) "
        "then 'mid_market' else 'enterprise' end",
        "enriched_on": "day_of(i, 'enriched', 380)",
        "owner_id": "case when one_in(i, 'no owner', 400) then record_key('005', -1) "
        "when not one_in(i, 'unowned', 80) then record_key('005', pick(i, 'owner', {users})) end",
        "unreadable_values": "case when one_in(i, 'unreadable', 60) "
        "then concat('annual_revenue=1.2.3', chr(31), 'employee_count=many=few') end",
    },
    "contact": {
        "contact_id": "record_key('003', i)",
        "account_id": "case when one_in(i, 'no account', 400) then record_key('001', -1) "
        "when not one_in(i, 'lone', 60) then record_key('001', contact_account(i, {accounts})) end",
        "first_name": "case when one_in(i, 'digits', 100) then 'A1' "
        "else {first_names}[1 + pick(i, 'first', 16)] end",
        "last_name": "case when one_in(i, 'nameless', 400) then null "
        "when one_in(i, 'capitals', 100) then 'SMITH' "
        "else {last_names}[1 + pick(i, 'last', 16)] end",
        "title": "case when not one_in(i, 'untitled', 40) then {titles}[1 + pick(i, 't', 8)] end",
        "email": "contact_email(i, {accounts})",
        "email_domain": "split_part(contact_email(i, {accounts}), '@', 2)",
        "phone": "case when i % 5 > 0 then phone_number(i, 'phone') end",
        "mobile_phone": "case when i % 2 > 0 then phone_number(i, 'mobile') end",
        "country": "{countries}[1 + pick(contact_account(i, {accounts}), 'countries', 8)]",
        "awareness_stage": "concat(cast(pick(i, 'stage', 6) as varchar), ' - Stage')",
        "owner_id": "case when one_in(i, 'no owner', 600) then record_key('005', -1) "
        "else record_key('005', pick(i, 'owner', {users})) end",
        "has_opted_out_of_email": "one_in(i, 'opted out', 25)",
        "is_email_bounced": "one_in(i, 'bounced', 40)",
        "email_bounced_at": "case when one_in(i, 'bounced', 40) then known_at('contact', i) "
        "+ case when one_in(i, 'early', 20) then interval (-9) day else interval 20 day end end",
        "consent_status": "case when not one_in(i, 'consent', 25) then 'Opted In' end",
        "created_at": "known_at('contact', i)",
    },
    "lead": {
        "lead_id": "record_key('00Q', i)",
        "first_name": "case when one_in(i, 'digits', 100) then 'A1' "
        "else {first_names}[1 + pick(i, 'first', 16)] end",
        "last_name": "case when one_in(i, 'nameless', 400) then null "
        "when one_in(i, 'capitals', 100) then 'SMITH' "
        "when one_in(i, 'id', 100) then '003Zz0000000AbcIAE' "
        "else {last_names}[1 + pick(i, 'last', 16)] end",
        "title": "case when not one_in(i, 'untitled', 40) then {titles}[1 + pick(i, 't', 8)] end",
        "company_name": "concat('Company ', cast(pick(i, 'company', {accounts}) as varchar))",
        "email": "lead_email(i, {accounts}, {contacts})",
        "email_domain": "split_part(lead_email(i, {accounts}, {contacts}), '@', 2)",
        "phone": "case when i % 3 > 0 then phone_number(i, 'lead') end",
        "mobile_phone": "case when i % 3 = 0 then phone_number(i, 'lead mobile') end",
        "website_domain": "account_domain(pick(i, 'company', {accounts}))",
        "country": "{countries}[1 + pick(i, 'countries', 8)]",
        "lead_source": "case when one_in(i, 'source', 60) then 'Sky' "
        "when not one_in(i, 'sourceless', 40) then {lead_sources}[1 + pick(i, 's', 6)] end",
        "lead_status": "case when one_in(i, 'status', 100) then 'New' else ['Converted', "
        "'Disqualified', 'Disqualified', 'Recycled', 'Working', 'Marketing Qualified', "
        "'Sales Accepted', 'New'][1 + i % 8] end",
        "campaign_id": "case when one_in(i, 'no campaign', 600) then record_key('701', -1) "
        "when i % 9 > 0 then record_key('701', pick(i, 'campaign', {campaigns})) end",
        "owner_id": "case when one_in(i, 'no owner', 600) then record_key('005', -1) "
        "when not one_in(i, 'unowned', 60) then record_key('005', pick(i, 'owner', {users})) end",
        "is_converted": "i % 8 = 0",
        "converted_date": "case when i % 8 = 0 then cast(known_at('lead', i) as date) "
        "+ case when one_in(i, 'early', 60) then -3 else 9 end end",
        "converted_contact_id": "case when i % 8 = 0 and not one_in(i, 'lost', 80) "
        "then record_key('003', i // 2) end",
        "has_opted_out_of_email": "one_in(i, 'opted out', 25)",
        "is_email_bounced": "one_in(i, 'bounced', 40)",
        "email_bounced_at": "case when one_in(i, 'bounced', 40) "
        "then known_at('lead', i) + interval 20 day end",
        "consent_status": "case when not one_in(i, 'consent', 25) then 'Opted In' end",
        "lead_score": "pick(i, 'score', 60) + case when i % 8 = 5 then 40 else 0 end",
        "disqualified_reason": "case when i % 8 in (1, 2) and not one_in(i, 'reason', 30) "
        "then 'No budget' end",
        "review_on": "case when i % 8 = 3 then date '2026-10-01' "
        "+ cast(pick(i, 'review', 90) as integer) - 5 end",
        "created_at": "known_at('lead', i)",
        "unreadable_values": "case when one_in(i, 'unreadable', 60) "
        "then 'annual_revenue=1.2.3' end",
    },
    "campaign": {
        "campaign_id": "record_key('701', i)",
        "campaign_name": "case when one_in(i, 'named', 40) then 'Spring thing' "
        "else concat('2026_01-WEB-Campaign ', cast(i as varchar)) end",
        "campaign_type": "case when not one_in(i, 'typeless', 40) then 'Webinar' end",
        "start_date": "date '2026-01-01'",
        "actual_cost_original": "case when not one_in(i, 'free', 40) then 1000 end",
        "owner_id": "record_key('005', pick(i, 'owner', {users}))",
    },
    "campaign_member": {
        "campaign_member_id": "record_key('00v', i)",
        "campaign_id": "record_key('701', pick(i, 'campaign', {campaigns}))",
        "lead_id": "record_key('00Q', pick(i, 'lead', {leads}))",
        "member_status": "case when one_in(i, 'status', 80) then 'Waved' "
        "else ['Sent', 'Targeted', 'Attended'][1 + i % 3] end",
        "has_responded": "i % 3 = 2 or one_in(i, 'flag', 100)",
    },
    "lead_history": {
        "lead_history_id": "record_key('h0Q', i)",
        "lead_id": "record_key('00Q', pick(i, 'lead', {leads}))",
        "field_name": "'lead_status'",
        "new_value": "'Working'",
        "changed_at": "instant_of(i, 'changed', 900)",
    },
    "contact_history": {
        "contact_history_id": "record_key('h03', i)",
        "contact_id": "record_key('003', pick(i, 'contact', {contacts}))",
        "field_name": "'awareness_stage'",
        "old_value": "concat(cast(i % 4 as varchar), ' - Stage')",
        "new_value": "concat(cast(i % 4 + case when one_in(i, 'fall', 12) then -1 else 1 end "
        "as varchar), ' - Stage')",
        "changed_at": "instant_of(i, 'changed', 900)",
    },
    "email_event": {
        "email_event_id": "record_key('eml', i)",
        "event_type": "case when i % 3 = 0 then 'sent' when i % 3 = 1 then 'delivered' "
        "when one_in(i, 'leave', 60) then 'unsubscribed' else 'opened' end",
        "occurred_at": "instant_of(i // 3, 'sent', 1000) + interval 1 hour * (i % 3)",
        "mail_send_id": "cast(i // 3 as varchar)",
        "email": "lead_email(pick(i // 3, 'reader', {leads}), {accounts}, {contacts})",
        "is_machine_by_source": "false",
    },
    "form_submission": {
        "form_submission_id": "record_key('frm', i)",
        "submitted_at": "instant_of(i, 'submitted', 1000)",
        "email": "lead_email(pick(i, 'reader', {leads}), {accounts}, {contacts})",
    },
}
