"""Every table of the simulated world: its columns, their types, and what they mean.

Belongs here: names, types, meanings; ``conform`` holds a table to them. Does not belong here: how
rows come about. Conventions: ids are dense integers from 1 in order of creation; ``_at`` is an
instant in UTC without offset, in whole seconds; ``_on`` is a calendar day; money is
decimal(18, 2) in the row's currency; a ``_version`` table has one row a change, each a whole
record as a system would show it from ``version_at`` on, with strictly rising stamps a record.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

ID = pa.int64()
TEXT = pa.string()
DAY = pa.date32()
AT = pa.timestamp("us")
MONEY = pa.decimal128(18, 2)
NUMBER = pa.int64()
SHARE = pa.float64()
FLAG = pa.bool_()


@dataclass(frozen=True)
class Table:
    """A table: what a row is, and its columns with type and meaning."""

    grain: str
    columns: dict[str, tuple[pa.DataType, str]]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([(name, data_type) for name, (data_type, _) in self.columns.items()])


TABLES: dict[str, Table] = {
    # ---------------------------------------------------------------- reference and organisation
    "country_holiday": Table(
        "a country and public holiday",
        {
            "country": (TEXT, "ISO 3166 alpha-2."),
            "day": (DAY, "The holiday."),
            "holiday_name": (TEXT, "Its name."),
        },
    ),
    "currency_rate": Table(
        "a currency and the day its rate begins; constants, not random",
        {
            "currency": (TEXT, "ISO 4217: EUR or GBP; USD is the reporting currency."),
            "valid_from": (DAY, "First day of the rate; quarterly."),
            "rate_to_usd": (pa.decimal128(18, 8), "US dollars for one unit."),
        },
    ),
    "product": Table(
        "a product",
        {
            "product_id": (ID, "Key."),
            "product_name": (TEXT, "Name."),
            "product_code": (TEXT, "Code, unique."),
            "product_family": (TEXT, "Platform, Add-on or Service."),
            "list_price_monthly": (MONEY, "USD a unit (seat) and month; one-off for services."),
            "is_recurring": (FLAG, "Whether it is sold as a subscription."),
            "is_active": (FLAG, "Whether it can be sold."),
        },
    ),
    "territory": Table(
        "a sales territory",
        {
            "territory_id": (ID, "Key."),
            "territory_name": (TEXT, "Such as EMEA Enterprise."),
            "region": (TEXT, "AMER, EMEA or APAC."),
            "segment": (TEXT, "smb, mid_market or enterprise."),
        },
    ),
    "sales_user": Table(
        "an employee with a login",
        {
            "user_id": (ID, "Key."),
            "first_name": (TEXT, "First name."),
            "last_name": (TEXT, "Last name."),
            "user_name": (TEXT, "Full name, unique."),
            "email": (TEXT, "At the company's own domain, unique."),
            "title": (TEXT, "Job title."),
            "department": (TEXT, "Sales, Marketing, Customer Success, Operations."),
            "role": (TEXT, "sdr, ae, am, csm, se, manager, marketing, operations, executive."),
            "team": (TEXT, "Team, such as SDR EMEA."),
            "region": (TEXT, "AMER, EMEA or APAC."),
            "country": (TEXT, "Where they work, ISO alpha-2; decides holidays."),
            "time_zone": (TEXT, "IANA name; decides working hours."),
            "manager_user_id": (ID, "Their manager; NULL at the top."),
            "hired_on": (DAY, "First working day."),
            "left_on": (DAY, "First day no longer employed; NULL: still there."),
            "ramp_months": (NUMBER, "Months until full quota."),
        },
    ),
    "territory_assignment": Table(
        "a user in a role for a territory and span, half-open",
        {
            "territory_id": (ID, "Territory."),
            "user_id": (ID, "Who covers it."),
            "role": (TEXT, "sdr, ae, am or csm."),
            "valid_from": (DAY, "First day."),
            "valid_to": (DAY, "First day no longer; NULL: open."),
        },
    ),
    "quota": Table(
        "a user, metric and month",
        {
            "user_id": (ID, "Carrier."),
            "period_start": (DAY, "First of the month."),
            "metric": (TEXT, "bookings_usd (ae, am) or qualified_opportunities (sdr)."),
            "quota": (MONEY, "Amount or count, already ramped."),
        },
    ),
    "cost_ledger": Table(
        "a month, department and kind of cost",
        {
            "cost_line_id": (ID, "Key."),
            "month": (DAY, "First of the month."),
            "department": (TEXT, "Sales, Marketing, Customer Success, Hosting, Support."),
            "cost_type": (
                TEXT,
                "salaries, commissions, tools, programmes, travel, infrastructure.",
            ),
            "cost_bucket": (TEXT, "acquisition, retention, cost_of_revenue: each line has one."),
            "amount_usd": (MONEY, "US dollars."),
        },
    ),
    "headcount": Table(
        "a month and role",
        {
            "month": (DAY, "First of the month."),
            "role": (TEXT, "As in sales_user."),
            "headcount": (NUMBER, "Employed on the last day of the month."),
        },
    ),
    # ---------------------------------------------------------------------------------- market
    "account": Table(
        "a company of the market, as it really is",
        {
            "account_id": (ID, "Key."),
            "account_name": (TEXT, "Trade name, unique."),
            "legal_name": (TEXT, "With legal form."),
            "domain": (TEXT, "Registrable mail and web domain, unique."),
            "industry": (TEXT, "Of a closed list."),
            "employee_count": (NUMBER, "People."),
            "annual_revenue_usd": (MONEY, "US dollars."),
            "country": (TEXT, "ISO alpha-2."),
            "state": (TEXT, "ISO 3166-2 subdivision code without the country, or NULL."),
            "city": (TEXT, "City."),
            "street": (TEXT, "Street and number."),
            "postal_code": (TEXT, "Postal code."),
            "phone": (TEXT, "Valid number with international prefix."),
            "parent_account_id": (ID, "Parent company, or NULL; no loops, at most three levels."),
            "segment": (TEXT, "By employees: smb < 200, mid_market < 2,000, enterprise."),
            "region": (TEXT, "By country: AMER, EMEA, APAC."),
            "territory_id": (ID, "By region and segment."),
            "time_zone": (TEXT, "IANA name of headquarters."),
            "currency": (TEXT, "In which it buys: USD, EUR or GBP."),
            "fit": (SHARE, "How well it fits, 0 to 1; drives every later chance."),
            "is_in_sam": (FLAG, "Serviceable by country and size."),
            "entered_crm_at": (AT, "When the CRM first got it; NULL: never."),
            "account_source": (TEXT, "How the CRM got it."),
        },
    ),
    "account_ownership": Table(
        "an account, role and span, half-open, without gap or overlap from entered_crm_at on",
        {
            "account_id": (ID, "Account."),
            "role": (TEXT, "owner (an ae, later an am for customers), sdr, csm."),
            "user_id": (ID, "User; NULL only for csm before the account is a customer."),
            "valid_from_at": (AT, "From."),
            "valid_to_at": (AT, "To; NULL: open."),
        },
    ),
    "target_list_membership": Table(
        "an account, tier and span on the target account list, half-open",
        {
            "account_id": (ID, "Account, within is_in_sam."),
            "tier": (NUMBER, "1 to 3."),
            "valid_from": (DAY, "First day."),
            "valid_to": (DAY, "First day no longer; NULL: open."),
        },
    ),
    "person": Table(
        "a human being",
        {
            "person_id": (ID, "Key."),
            "first_name": (TEXT, "First name."),
            "last_name": (TEXT, "Last name."),
            "country": (TEXT, "ISO alpha-2."),
            "consent_status": (
                TEXT,
                "Why mails are allowed: Opted In or Legitimate Interest; NULL outside of EMEA.",
            ),
        },
    ),
    "employment": Table(
        "a person at an account and span; a job change begins a new one",
        {
            "employment_id": (ID, "Key."),
            "person_id": (ID, "Person."),
            "account_id": (ID, "Employer."),
            "email": (TEXT, "At the employer's domain, unique; lower case."),
            "phone": (TEXT, "Valid number with international prefix."),
            "mobile_phone": (TEXT, "Same, or NULL."),
            "title": (TEXT, "Job title."),
            "department": (TEXT, "Department."),
            "function": (TEXT, "it, security, finance, operations, executive, procurement, other."),
            "seniority": (TEXT, "c_level, vp, director, manager, individual."),
            "started_on": (DAY, "First day; may lie before the simulation."),
            "ended_on": (DAY, "First day no longer there; NULL: still there."),
        },
    ),
    # -------------------------------------------------------------------------------- marketing
    "campaign": Table(
        "a campaign; only leaves have members and cost",
        {
            "campaign_id": (ID, "Key."),
            "campaign_name": (
                TEXT,
                "YYYY_MM-CODE-name for leaves, Default-CODE always on; unique.",
            ),
            "parent_campaign_id": (ID, "Parent; NULL at the top."),
            "is_leaf": (FLAG, "Whether it has members."),
            "channel": (TEXT, "Organic, Word-of-mouth, Event, Digital, Prospecting, Partner."),
            "channel_code": (TEXT, "Code of the second level, such as EC or PS."),
            "campaign_type": (TEXT, "Webinar, Event, Paid Search, Paid Social, Content, Email, …"),
            "started_on": (DAY, "First day."),
            "ended_on": (DAY, "Last day; NULL: always on."),
            "budget_usd": (MONEY, "Planned cost."),
            "actual_cost_usd": (MONEY, "Cost in the end; 0 for always-on organic ones."),
            "owner_user_id": (ID, "A marketing user."),
            "created_at": (AT, "Created in the CRM."),
        },
    ),
    "campaign_cost_day": Table(
        "a paid leaf campaign and day",
        {
            "campaign_id": (ID, "Campaign."),
            "day": (DAY, "Day."),
            "cost_usd": (MONEY, "Spent; sums to actual_cost_usd."),
            "impressions": (NUMBER, "Ads shown."),
            "clicks": (NUMBER, "Ads clicked."),
        },
    ),
    "campaign_member_version": Table(
        "a membership and change of its status",
        {
            "member_id": (ID, "Key of the membership: one a person and campaign."),
            "version_at": (AT, "When the status was set."),
            "campaign_id": (ID, "Leaf campaign."),
            "person_id": (ID, "Person."),
            "lead_id": (ID, "Their lead, if the person is one (also after conversion)."),
            "contact_id": (
                ID,
                "Their contact, if there was no lead; exactly one of the two is set.",
            ),
            "member_status": (
                TEXT,
                "Targeted, Sent, Interacted, Registered, Attended, Engaged, Meeting Requested.",
            ),
        },
    ),
    "email_send": Table(
        "a marketing mail to one person, and what the person did with it",
        {
            "send_id": (ID, "Key."),
            "campaign_id": (ID, "Leaf campaign."),
            "mail_name": (TEXT, "Name of the mail."),
            "person_id": (ID, "Recipient."),
            "employment_id": (ID, "Whose address it went to."),
            "email": (TEXT, "Address."),
            "sent_at": (AT, "Sent."),
            "delivered_at": (AT, "Delivered; NULL: bounced. A soft bounce may still be delivered."),
            "soft_bounced_at": (AT, "Soft bounce, or NULL."),
            "hard_bounced_at": (AT, "Hard bounce, or NULL; the address is dead from then on."),
            "proxy_opened_at": (AT, "Opened by a privacy proxy, seconds after delivery; or NULL."),
            "opened_at": (AT, "First opened by the human; or NULL."),
            "clicked_at": (AT, "First clicked by the human; or NULL."),
            "clicked_url": (TEXT, "What was clicked."),
            "unsubscribed_at": (AT, "Unsubscribed by this mail's link; or NULL."),
        },
    ),
    "web_visit": Table(
        "a page view or form of the website",
        {
            "visit_id": (ID, "Key."),
            "occurred_at": (AT, "When."),
            "anonymous_id": (TEXT, "Cookie."),
            "person_id": (ID, "Who it really was."),
            "is_identified": (FLAG, "Whether the tools know: after the first form of the cookie."),
            "kind": (TEXT, "page_view or form_submit."),
            "page_path": (TEXT, "Path."),
            "form_name": (TEXT, "Form, for form_submit."),
            "referrer": (TEXT, "Referring site, or NULL."),
            "campaign_id": (ID, "Campaign of the link (utm), or NULL."),
        },
    ),
    "awareness_change": Table(
        "a person and true change of the awareness stage; the first row is the first known stage",
        {
            "person_id": (ID, "Person."),
            "changed_at": (AT, "When."),
            "stage": (NUMBER, "1 Unaware … 6 Has team buy-in."),
            "previous_stage": (NUMBER, "NULL first."),
            "reason": (TEXT, "Why; NULL on a regression without reason."),
        },
    ),
    # ------------------------------------------------------------------- leads and prospecting
    "lead": Table(
        "a CRM lead: a person worked before there is a deal",
        {
            "lead_id": (ID, "Key."),
            "person_id": (ID, "The person; a recycled person keeps the lead."),
            "employment_id": (ID, "The job in which the person became a lead."),
            "account_id": (ID, "True employer."),
            "created_at": (AT, "Created."),
            "motion": (TEXT, "inbound or outbound: by the first qualifying touch."),
            "lead_source": (
                TEXT,
                "Web Form, Event, Paid Search, Paid Social, Referral, Partner, Content, Outbound, Product Sign-up.",
            ),
            "campaign_id": (
                ID,
                "Leaf campaign that brought it; NULL possible only for Outbound and Referral.",
            ),
        },
    ),
    "lead_version": Table(
        "a lead and change",
        {
            "lead_id": (ID, "Lead."),
            "version_at": (AT, "When; the first equals created_at."),
            "lead_status": (
                TEXT,
                "New, Working, Marketing Qualified, Sales Accepted, Sales Qualified, Converted, Recycled, Disqualified.",
            ),
            "owner_user_id": (ID, "Owner."),
            "score": (NUMBER, "Points of the marketing tool."),
            "has_opted_out_of_email": (FLAG, "Wants no mail."),
            "is_email_bounced": (FLAG, "Address is dead."),
            "email_bounced_at": (AT, "Since when."),
            "is_do_not_call": (FLAG, "Wants no calls."),
            "is_in_sequence": (FLAG, "Is in a running sequence of sales: while it is worked."),
            "is_marketable": (FLAG, "Marketing may mail the address."),
            "disqualified_reason": (TEXT, "With status Disqualified."),
            "review_on": (DAY, "When a recycled lead is to be looked at again."),
            "is_converted": (FLAG, "Converted."),
            "converted_at": (AT, "When."),
            "converted_contact_id": (ID, "Contact that came of it."),
            "converted_account_id": (ID, "Account it was converted to."),
            "converted_opportunity_id": (
                ID,
                "Opportunity that the conversion made; NULL if it joined one.",
            ),
            "last_activity_on": (DAY, "Day of the latest touch; set with the next change only."),
            "is_deleted": (FLAG, "Deleted in the CRM."),
        },
    ),
    "contact": Table(
        "a CRM contact: a person at a known account",
        {
            "contact_id": (ID, "Key."),
            "person_id": (ID, "The person."),
            "employment_id": (ID, "The job it stands for."),
            "account_id": (ID, "Account."),
            "created_at": (AT, "Created."),
            "from_lead_id": (ID, "Lead it was converted from; NULL: entered directly."),
            "lead_source": (TEXT, "As of the lead, or Outbound."),
        },
    ),
    "contact_version": Table(
        "a contact and change",
        {
            "contact_id": (ID, "Contact."),
            "version_at": (AT, "When; the first equals created_at."),
            "owner_user_id": (ID, "Owner."),
            "title": (TEXT, "Title as known."),
            "awareness_stage": (NUMBER, "As entered in the CRM, 1 to 6."),
            "has_opted_out_of_email": (FLAG, "Wants no mail."),
            "is_email_bounced": (FLAG, "Address is dead, such as after a job change."),
            "email_bounced_at": (AT, "Since when."),
            "is_do_not_call": (FLAG, "Wants no calls."),
            "is_in_sequence": (FLAG, "Is in a running sequence of sales; never, unless planted."),
            "is_marketable": (FLAG, "Marketing may mail the address."),
            "last_activity_on": (DAY, "Day of the latest touch; set with the next change only."),
            "is_deleted": (FLAG, "Deleted in the CRM."),
        },
    ),
    "spell": Table(
        "a prospecting spell of an account: begins after 90 days without a touch (those about deals "
        "apart), an inbound lead, or a lead that becomes marketing qualified",
        {
            "spell_id": (ID, "Key."),
            "account_id": (ID, "Account."),
            "motion": (TEXT, "inbound or outbound."),
            "is_expansion": (FLAG, "The account was a customer or had an open deal."),
            "started_at": (AT, "First outbound touch, or the inbound arrival."),
            "ended_at": (AT, "Last of these."),
        },
    ),
    "sequence": Table(
        "an outreach sequence",
        {
            "sequence_id": (ID, "Key."),
            "sequence_name": (TEXT, "Name, unique."),
            "created_at": (AT, "Created."),
        },
    ),
    "sequence_step": Table(
        "a step of a sequence",
        {
            "sequence_id": (ID, "Sequence."),
            "step_number": (NUMBER, "From 1."),
            "channel": (TEXT, "email, call or linkedin."),
            "day_offset": (NUMBER, "Working days after the enrolment."),
            "is_automated": (FLAG, "Sent without a person."),
        },
    ),
    "enrollment": Table(
        "a person in a sequence",
        {
            "enrollment_id": (ID, "Key."),
            "sequence_id": (ID, "Sequence."),
            "spell_id": (ID, "Spell it belongs to."),
            "person_id": (ID, "Person."),
            "lead_id": (ID, "Lead, or NULL."),
            "contact_id": (ID, "Contact, or NULL."),
            "account_id": (ID, "Account."),
            "user_id": (ID, "Representative."),
            "enrolled_at": (AT, "Begin."),
            "ended_at": (AT, "End; NULL: running."),
            "exit_reason": (TEXT, "finished, replied, bounced, opted_out, meeting, or NULL."),
        },
    ),
    "touch": Table(
        "one call, mail, meeting, message: planned, done, or received",
        {
            "touch_id": (ID, "Key, in order of created_at."),
            "kind": (TEXT, "email, call, meeting, linkedin."),
            "direction": (TEXT, "outbound or inbound (a reply, a call in)."),
            "is_automated": (FLAG, "Sent by a sequence without a person; also auto-replies."),
            "is_personalised": (FLAG, "Researched or personalised; NULL: unknown."),
            "subject": (TEXT, "Subject."),
            "user_id": (ID, "Our person: sender, caller, host."),
            "technical_user_id": (ID, "A second one of ours (se) in a meeting, or NULL."),
            "person_id": (ID, "Their person."),
            "account_id": (ID, "Their company."),
            "lead_id": (ID, "Lead at that time, or NULL."),
            "contact_id": (ID, "Contact at that time, or NULL; one of the two is set."),
            "opportunity_id": (ID, "Deal it was about, or NULL."),
            "spell_id": (ID, "Prospecting spell, or NULL."),
            "enrollment_id": (ID, "Sequence enrolment, or NULL."),
            "step_number": (NUMBER, "Step of the sequence."),
            "variant": (TEXT, "A or B of the step's text."),
            "created_at": (AT, "Logged or booked; a meeting is booked before it takes place."),
            "occurred_at": (AT, "Takes place; equals created_at for mails."),
            "ended_at": (AT, "End of a call or meeting."),
            "call_duration_seconds": (NUMBER, "Calls."),
            "call_disposition": (
                TEXT,
                "conversation, voicemail, gatekeeper, no_answer, wrong_number.",
            ),
            "meeting_outcome": (
                TEXT,
                "held, no_show, cancelled, rescheduled; NULL: never entered.",
            ),
            "outcome_at": (AT, "When the outcome was entered."),
            "previous_touch_id": (ID, "Meeting that this one replaces."),
            "in_reply_to_touch_id": (ID, "Outbound mail that this one answers."),
            "reply_kind": (
                TEXT,
                "positive, neutral, negative, auto, bounce, opt_out; replies only.",
            ),
        },
    ),
    "hand_off": Table(
        "an attempt to pass a lead to sales",
        {
            "hand_off_id": (ID, "Key."),
            "lead_id": (ID, "Lead."),
            "person_id": (ID, "Person."),
            "account_id": (ID, "Account."),
            "from_user_id": (ID, "An sdr."),
            "to_user_id": (ID, "An ae."),
            "handed_off_at": (AT, "When."),
            "attempt": (NUMBER, "From 1; a pass after a rejection is a new one."),
            "awareness_stage": (NUMBER, "True stage of the person then."),
            "context_fields_filled": (
                NUMBER,
                "Of use case, role, source, next step, notes: 0 to 5.",
            ),
            "decision": (TEXT, "accepted, rejected, or NULL: no answer."),
            "decided_at": (AT, "When."),
            "rejection_reason": (TEXT, "With rejected."),
            "opportunity_id": (ID, "Deal it made or joined; with accepted."),
        },
    ),
    # ------------------------------------------------------------------------------------ sales
    "opportunity": Table(
        "a deal",
        {
            "opportunity_id": (ID, "Key."),
            "account_id": (ID, "Account."),
            "opportunity_name": (TEXT, "Name."),
            "opportunity_type": (TEXT, "New Business, Expansion, Renewal."),
            "created_at": (AT, "Created."),
            "created_by_user_id": (ID, "Who created it."),
            "motion": (TEXT, "inbound, outbound; renewals and expansions: customer."),
            "sourced_by_role": (TEXT, "sdr, ae, marketing, partner, am."),
            "hand_off_id": (ID, "Hand-off that made it, or NULL."),
            "lead_source": (TEXT, "As of the lead, or AE Sourced, Customer."),
            "campaign_id": (ID, "Primary campaign, or NULL."),
            "primary_contact_id": (ID, "Main contact."),
            "currency": (TEXT, "USD, EUR, GBP."),
            "renewed_subscription_id": (ID, "Subscription to be renewed or expanded, or NULL."),
            "competitor": (TEXT, "Main competitor, or NULL."),
            "is_target_account": (FLAG, "On the target list at creation."),
        },
    ),
    "opportunity_version": Table(
        "a deal and change",
        {
            "opportunity_id": (ID, "Deal."),
            "version_at": (AT, "System time; the first equals created_at."),
            "stage": (TEXT, "See world.opportunities.STAGES."),
            "amount": (MONEY, "First-year value in the deal's currency; NULL possible early."),
            "close_date": (DAY, "Expected, or business close date; may be backdated."),
            "owner_user_id": (ID, "Owner."),
            "probability": (SHARE, "As the CRM shows it, 0 to 1; representatives edit it."),
            "forecast_category": (TEXT, "omitted, pipeline, best_case, commit, closed."),
            "next_step": (TEXT, "What happens next, or NULL."),
            "next_step_on": (DAY, "When, or NULL."),
            "qualification_fields_filled": (NUMBER, "Of nine."),
            "loss_reason": (TEXT, "Lost deals."),
            "loss_detail": (TEXT, "Text beside the reason Other."),
            "is_closed": (FLAG, "Won or lost."),
            "is_won": (FLAG, "Won."),
            "change_reason": (TEXT, "Given with a regression or skip, or NULL."),
            "last_activity_on": (DAY, "Day of the latest touch; set with the next change only."),
            "is_deleted": (FLAG, "Deleted in the CRM."),
        },
    ),
    "opportunity_role": Table(
        "a contact in a role on a deal",
        {
            "opportunity_role_id": (ID, "Key."),
            "opportunity_id": (ID, "Deal."),
            "contact_id": (ID, "Contact."),
            "role": (
                TEXT,
                "Champion, Economic Buyer, Technical Evaluator, Decision Maker, Influencer, Procurement.",
            ),
            "is_primary": (FLAG, "Main contact."),
            "created_at": (AT, "Added."),
        },
    ),
    "line_item": Table(
        "a product line of a deal; written once, when the offer is made",
        {
            "line_item_id": (ID, "Key."),
            "opportunity_id": (ID, "Deal."),
            "product_id": (ID, "Product."),
            "quantity": (NUMBER, "Units or seats."),
            "list_price": (MONEY, "A unit, first year, in the deal's currency."),
            "unit_price": (MONEY, "After discount."),
            "discount_ratio": (SHARE, "0 to 1."),
            "total_price": (MONEY, "quantity × unit_price; sums to the amount from then on."),
            "created_at": (AT, "Added."),
        },
    ),
    # ---------------------------------------------------------------------------------- revenue
    "subscription_version": Table(
        "a subscription and change",
        {
            "subscription_id": (ID, "Key of the subscription."),
            "version_at": (AT, "System time in billing."),
            "account_id": (ID, "Customer."),
            "opportunity_id": (ID, "Deal that first sold it; NULL: self-serve."),
            "subscription_name": (TEXT, "Number, such as A-S00001234."),
            "status": (TEXT, "Active, Cancelled, Expired."),
            "signed_on": (DAY, "Contract signed."),
            "started_on": (DAY, "Service began; signed-not-started counts as contracted only."),
            "term_months": (NUMBER, "Length of the present term: 1, 12, 24, 36."),
            "term_started_on": (DAY, "Begin of the present term."),
            "term_ends_on": (DAY, "First day after the present term."),
            "cancel_notice_on": (DAY, "Notice received, or NULL."),
            "ended_on": (DAY, "First day without service, or NULL; the end of the paid term."),
            "currency": (TEXT, "USD, EUR, GBP."),
        },
    ),
    "subscription_charge": Table(
        "a priced segment of a subscription's product; a change of price or seats begins a new one",
        {
            "charge_id": (ID, "Key."),
            "subscription_id": (ID, "Subscription."),
            "account_id": (ID, "Customer."),
            "product_id": (ID, "Recurring product."),
            "segment": (NUMBER, "Number of the segment within subscription and product, from 1."),
            "effective_from": (DAY, "First day."),
            "effective_to": (DAY, "First day no longer, as booked: the end of the term."),
            "amended_effective_to": (DAY, "Earlier end by a later amendment, or NULL."),
            "amended_at": (AT, "When that was booked."),
            "quantity": (NUMBER, "Seats."),
            "unit_price": (MONEY, "A seat and month, net, in the currency."),
            "mrr": (MONEY, "quantity × unit_price."),
            "currency": (TEXT, "USD, EUR, GBP."),
            "billing_period_months": (NUMBER, "1 or 12."),
            "movement": (
                TEXT,
                "new, renewal, upsell, cross_sell, price, contraction, reactivation.",
            ),
            "booked_at": (AT, "System time in billing."),
        },
    ),
    "account_type_change": Table(
        "an account and change of its relation to us, as true",
        {
            "account_id": (ID, "Account."),
            "changed_at": (AT, "When; the first is entered_crm_at with Prospect."),
            "account_type": (TEXT, "Prospect, Customer, Former Customer, Partner."),
        },
    ),
    "account_version": Table(
        "an account as the CRM shows it, and change",
        {
            "account_id": (ID, "Account that ever entered the CRM."),
            "version_at": (AT, "When; the first equals entered_crm_at."),
            "account_name": (TEXT, "Name as typed."),
            "account_type": (TEXT, "As account_type_change."),
            "parent_account_id": (ID, "Parent, if it is in the CRM by then."),
            "owner_user_id": (ID, "Owner."),
            "industry": (TEXT, "Industry."),
            "website": (TEXT, "https://www.<domain>."),
            "phone": (TEXT, "Phone."),
            "street": (TEXT, "Street."),
            "city": (TEXT, "City."),
            "state": (TEXT, "State."),
            "postal_code": (TEXT, "Postal code."),
            "country": (TEXT, "ISO alpha-2."),
            "employee_count": (NUMBER, "People."),
            "annual_revenue_usd": (MONEY, "US dollars."),
            "account_source": (TEXT, "Source."),
            "enriched_on": (DAY, "Day of the latest enrichment, or NULL."),
            "segment": (TEXT, "As entered."),
            "territory_name": (TEXT, "As entered."),
            "target_tier": (NUMBER, "Tier on the target list, or NULL."),
            "last_activity_on": (DAY, "Day of the latest touch; set with the next change only."),
            "is_deleted": (FLAG, "Deleted in the CRM."),
        },
    ),
    # -------------------------------------------------------------------------- product and care
    "workspace": Table(
        "a workspace of the product",
        {
            "workspace_id": (ID, "Key."),
            "workspace_name": (TEXT, "Name."),
            "account_id": (ID, "True account; NULL: a private person."),
            "creator_person_id": (ID, "Creator; NULL: a stranger with free mail."),
            "creator_email": (TEXT, "Address used."),
            "created_at": (AT, "Created."),
            "plan": (TEXT, "free or trial at first."),
            "paid_at": (AT, "Became paid; NULL: never."),
            "closed_at": (AT, "Closed or back to free; NULL: open."),
            "subscription_id": (ID, "Subscription that pays for it, or NULL."),
        },
    ),
    "workspace_user": Table(
        "a user of a workspace",
        {
            "workspace_user_id": (ID, "Key."),
            "workspace_id": (ID, "Workspace."),
            "person_id": (ID, "Person, or NULL."),
            "email": (TEXT, "Address used."),
            "joined_at": (AT, "First seen."),
            "left_at": (AT, "No longer active; NULL: still."),
            "activity": (SHARE, "Relative number of events."),
        },
    ),
    "product_event": Table(
        "one act in the product; made day by day, never held as a whole",
        {
            "message_id": (TEXT, "Unique."),
            "event_name": (
                TEXT,
                "Signed In, Report Created, Report Shared, Data Source Connected, Teammate Invited, Limit Reached, Upgrade Viewed, …",
            ),
            "workspace_user_id": (ID, "User."),
            "workspace_id": (ID, "Workspace."),
            "email": (TEXT, "Of the user."),
            "occurred_at": (AT, "When it happened."),
            "received_at": (AT, "When it arrived; some arrive days later."),
        },
    ),
    "support_case": Table(
        "a support case",
        {
            "case_id": (ID, "Key."),
            "account_id": (ID, "Customer."),
            "contact_id": (ID, "Who asked."),
            "opened_at": (AT, "Opened."),
            "closed_at": (AT, "Closed; NULL: open."),
            "priority": (TEXT, "Low, Medium, High."),
            "category": (TEXT, "Question, Problem, Billing."),
            "subject": (TEXT, "Subject."),
        },
    ),
    "survey_response": Table(
        "a request for a score and its answer",
        {
            "survey_id": (ID, "Key."),
            "account_id": (ID, "Customer."),
            "contact_id": (ID, "Asked."),
            "person_id": (ID, "Asked."),
            "kind": (TEXT, "relational or transactional."),
            "sent_at": (AT, "Sent."),
            "answered_at": (AT, "Answered; NULL: never."),
            "score": (NUMBER, "0 to 10."),
        },
    ),
}


def conform(name: str, table: pa.Table) -> pa.Table:
    """``table`` in the columns, order and types of world table ``name``.

    Raises:
        ValueError: a column is missing, unknown, or does not fit its type.
    """
    schema = TABLES[name].schema
    missing = [column for column in schema.names if column not in table.column_names]
    unknown = [column for column in table.column_names if column not in schema.names]
    if missing or unknown:
        raise ValueError(f"{name}: missing columns {missing}, unknown columns {unknown}")
    try:
        return table.select(schema.names).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"{name}: {error}") from None
