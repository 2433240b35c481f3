"""From the logs of the months to the tables of the schema.

Belongs here: keys in order of creation, references, vocabularies as text, versions. Does not
belong here: what happened. Order of building: leads and contacts, hand-offs, touches and spells,
then versions, which need all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import REPORTING_TIME_ZONE
from cultivar_demo.world.clock import to_local
from cultivar_demo.world.demand.awareness import awareness_changes, reason_texts
from cultivar_demo.world.demand.log import NEVER, NONE, Columns, rank_within
from cultivar_demo.world.demand.marketing import PAGE_OF
from cultivar_demo.world.demand.rates import (
    DAY,
    DISPOSITION,
    EXIT,
    JOIN_DAYS,
    KIND,
    MEETING,
    MEMBER,
    OUTCOME,
    QUIET_DAYS,
    REASON,
    REJECTION,
    REPLY,
    SOURCE,
    STATUS,
)
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.demand.touches import SUBJECTS
from cultivar_demo.world.demand.website import FORMS, PAGES, REFERRERS
from cultivar_demo.world.foundation.ownership import enter_crm
from cultivar_demo.world.world import World


def texts(values: Sequence[str]) -> str:
    """A list literal of SQL; element code + 1 is the text, code -1 gives NULL."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def stamp(column: str) -> str:
    """SQL of an instant in seconds as a stamp; NEVER gives NULL."""
    return f"case when {column} < {NEVER} then make_timestamp({column} * 1000000) end"


def key(column: str) -> str:
    """SQL of a position as a key; NONE gives NULL."""
    return f"nullif({column} + 1, 0)"


class Builder:
    """Builds all tables of demand from a finished ``State``."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.world: World = state.world

    def stage(self, name: str, columns: Columns) -> None:
        """Make columns a temporary table of that name."""
        # AT is a word of SQL.
        names = ["instant" if name == "at" else name for name in columns]
        table = pa.table([pa.array(values) for values in columns.values()], names=names)
        self.world.connection.register("_given", table)
        self.world.connection.execute(f"create temp table {name} as select * from _given")
        self.world.connection.unregister("_given")

    def run(self, query: str) -> None:
        """Execute SQL."""
        self.world.connection.execute(query)

    def add(self, name: str, query: str) -> None:
        """Add a table of the schema from a query."""
        self.world.add(name, self.world.sql(query))

    def build(self) -> None:
        """Add every table."""
        self._enter_crm()
        self._people()
        self._hand_offs()
        self._touches()
        self._spells()
        self._awareness()
        self._lead_versions()
        self._contact_versions()
        self._mails()
        self._visits()
        self._members()
        for name in self._staged():
            self.run(f"drop table {name}")

    def _staged(self) -> list[str]:
        found = self.world.connection.execute(
            "select table_name from duckdb_tables() where temporary order by 1"
        ).fetchall()
        return [name for (name,) in found]

    def _enter_crm(self) -> None:
        entries = self.state.log.take("entry")
        order = np.lexsort((entries["account"], entries["at"]))
        self.stage("_early", {"account": np.unique(entries["account"])})
        # Some were to come in by a list, later: our own acts are earlier.
        for statement in (
            "delete from account_ownership where account_id in (select account + 1 from _early)",
            "update account set entered_crm_at = null, account_source = null "
            "where account_id in (select account + 1 from _early)",
        ):
            self.run(statement)
        enter_crm(
            self.world,
            entries["account"][order] + 1,
            entries["at"][order].astype("datetime64[s]"),
            pa.array(SOURCE).take(pa.array(entries["source"][order])),
        )

    def _people(self) -> None:
        """Leads, contacts, and the look-ups by job: _lead, _contact."""
        state = self.state
        lead = state.log.take("lead")
        order = np.lexsort((lead["job"], lead["at"]))
        order = order[lead["at"][order] < state.end]
        lead = {name: values[order] for name, values in lead.items()}
        lead["id"] = np.arange(1, len(order) + 1)
        self.stage("_lead", lead)
        conversion = state.log.take("conversion")
        direct = state.log.take("direct_contact")
        converted = ~np.isin(conversion["job"], direct["job"])
        job = np.concatenate([direct["job"], conversion["job"][converted]])
        at = np.concatenate([direct["at"], conversion["at"][converted]])
        is_direct = np.arange(len(job)) < len(direct["job"])
        order = np.lexsort((job, at))
        owner = state.owner(state.job_account[job], "owner", at)
        owner = np.where(owner == NONE, state.stand_in(at), owner)
        self.stage("_contact", {
            "job": job[order], "at": at[order], "is_direct": is_direct[order],
            "owner": owner[order], "id": np.arange(1, len(job) + 1),
        })  # fmt: skip
        self.stage("_conversion", conversion)
        self.add(
            "lead",
            f"""
            select l.id as lead_id, e.person_id, e.employment_id, e.account_id,
                {stamp("l.instant")} as created_at,
                if(l.source = {SOURCE.index("Outbound")}, 'outbound', 'inbound') as motion,
                {texts(SOURCE)}[l.source + 1] as lead_source, {key("l.campaign")} as campaign_id
            from _lead l join employment e on e.employment_id = l.job + 1
            order by l.id
        """,
        )
        self.add(
            "contact",
            f"""
            select c.id as contact_id, e.person_id, e.employment_id, e.account_id,
                {stamp("c.instant")} as created_at, if(c.is_direct, null, l.id) as from_lead_id,
                if(c.is_direct, 'Outbound', {texts(SOURCE)}[l.source + 1]) as lead_source
            from _contact c join employment e on e.employment_id = c.job + 1
            left join _lead l using (job)
            order by c.id
        """,
        )

    def _hand_offs(self) -> None:
        """Hand-offs, with the number of the deal that each made or joined; _hand_off."""
        state = self.state
        found = state.log.take("hand_off")
        order = np.lexsort((found["job"], found["at"]))
        found = {name: values[order] for name, values in found.items()}
        account = state.job_account[found["job"]]
        yes = np.flatnonzero(found["decision"] == 1)
        yes = yes[np.lexsort((found["job"][yes], found["decided"][yes]))]
        rank = rank_within(account[yes], np.arange(len(yes)))
        began = np.full(state.accounts, -NEVER)
        makes = np.zeros(len(yes), bool)
        deal = np.full(len(found["job"]), NONE)
        latest = np.zeros(state.accounts, np.int64)
        for number in range(int(rank.max()) + 1 if len(rank) else 0):
            rows = np.flatnonzero(rank == number)
            where, at = account[yes[rows]], found["decided"][yes[rows]]
            new = at - began[where] > JOIN_DAYS * DAY
            makes[rows] = new
            began[where[new]] = at[new]
        numbers = np.cumsum(makes)
        # A joining hand-off takes the deal that its account's one before made.
        for row, position in enumerate(yes.tolist()):
            if makes[row]:
                latest[account[position]] = numbers[row]
            deal[position] = latest[account[position]]
        made = np.zeros(len(deal), bool)
        made[yes] = makes
        found["deal"], found["made"] = deal, made
        found["id"] = np.arange(1, len(deal) + 1)
        self.stage("_hand_off", found)

    def _touches(self) -> None:
        """Touches and enrolments, not yet with their spell."""
        state = self.state
        touch = state.log.take("touch")
        touch["account"] = state.job_account[touch["job"]]
        touch["active"] = np.where(touch["kind"] == MEETING, touch["created"], touch["occurred"])
        keep = touch["created"] < state.end
        touch = {name: values[keep] for name, values in touch.items()}
        order = np.lexsort((touch["key"], touch["created"]))
        touch = {name: values[order] for name, values in touch.items()}
        touch["id"] = np.arange(1, len(order) + 1)
        local = to_local(touch["created"].astype("datetime64[s]"), REPORTING_TIME_ZONE)
        touch["day"] = local.astype("datetime64[D]")
        self.stage("_touch", touch)
        enrollment = state.log.take("enrollment")
        used = np.isin(enrollment["key"], touch["enrollment"])
        order = np.lexsort((enrollment["key"], enrollment["at"]))
        order = order[used[order]]
        enrollment = {name: values[order] for name, values in enrollment.items()}
        enrollment["id"] = np.arange(1, len(order) + 1)
        enrollment["account"] = state.job_account[enrollment["job"]]
        self.stage("_enrollment", enrollment)

    def _spells(self) -> None:
        """Spells out of all activity of an account, then touches and enrolments with theirs."""
        end = self.state.end
        self.run(
            f"""
            create temp table _activity as
            select account, instant, min(is_arrival) as is_arrival from (
                select account, active as instant, 1 as is_arrival from _touch
                union all
                select account, occurred, 1 from _touch where occurred < {end}
                union all
                select a.account_id - 1, e.instant, 0
                from _lead_event e
                join _lead l using (job)
                join employment a on a.employment_id = e.job + 1
                where e.instant < {end} and (
                    e.status = {STATUS.index("Marketing Qualified")}
                    or (e.status = 0 and l.source <> {SOURCE.index("Outbound")})
                )
            ) group by account, instant
        """.replace("_lead_event", "_event")
        )
        self.run(f"""
            create temp table _spell as
            select row_number() over (order by min(instant), account) as id, account,
                min(instant) as instant, max(instant) as ended, arg_min(is_arrival, instant) = 0 as is_inbound
            from (
                select *, sum(is_new) over (partition by account order by instant) as number
                from (
                    select *, (instant - lag(instant, 1, {-NEVER}) over (partition by account order by instant)
                        > {QUIET_DAYS * DAY})::int as is_new
                    from _activity
                )
            ) group by account, number
        """)
        self.add(
            "spell",
            f"""
            select s.id as spell_id, s.account + 1 as account_id,
                if(s.is_inbound, 'inbound', 'outbound') as motion,
                coalesce(s.instant > f.instant, false) as is_expansion,
                {stamp("s.instant")} as started_at, {stamp("s.ended")} as ended_at
            from _spell s
            left join (
                select e.account_id - 1 as account, min(h.decided) as instant
                from _hand_off h join employment e on e.employment_id = h.job + 1
                where h.decision = 1 group by all
            ) f using (account)
            order by s.id
        """,
        )
        self.add(
            "touch",
            f"""
            select t.id as touch_id, {texts(KIND)}[t.kind + 1] as kind,
                if(t.direction = 0, 'outbound', 'inbound') as direction, t.is_automated,
                case when t.is_personalised >= 0 then t.is_personalised = 1 end as is_personalised,
                {texts(SUBJECTS)}[t.subject + 1] as subject, t."user" + 1 as user_id,
                {key("t.technical_user")} as technical_user_id, e.person_id, e.account_id,
                case when l.instant <= t.created and not coalesce(v.instant <= t.created, false)
                    then l.id end as lead_id,
                case when not coalesce(l.instant <= t.created, false) or v.instant <= t.created
                    then c.id end as contact_id,
                null as opportunity_id, s.id as spell_id, n.id as enrollment_id,
                nullif(t.step, -1) as step_number, ['A', 'B'][t.variant + 1] as variant,
                {stamp("t.created")} as created_at, {stamp("t.occurred")} as occurred_at,
                {stamp("t.ended")} as ended_at, nullif(t.duration, -1) as call_duration_seconds,
                {texts(DISPOSITION)}[t.disposition + 1] as call_disposition,
                {texts(OUTCOME)}[t.outcome + 1] as meeting_outcome,
                {stamp("t.outcome_at")} as outcome_at, p.id as previous_touch_id,
                r.id as in_reply_to_touch_id, {texts(REPLY)}[t.reply_kind + 1] as reply_kind
            from _touch t
            join employment e on e.employment_id = t.job + 1
            left join _lead l on l.job = t.job
            left join _contact c on c.job = t.job
            left join _conversion v on v.job = t.job
            left join _enrollment n on n.key = t.enrollment
            left join _touch p on p.key = t.previous
            left join _touch r on r.key = t.reply_to
            asof left join _spell s on s.account = t.account and s.instant <= t.active
            order by t.id
        """,
        )
        self.add(
            "enrollment",
            f"""
            select n.id as enrollment_id, n.plan + 1 as sequence_id, s.id as spell_id,
                e.person_id,
                case when l.instant <= n.instant and not coalesce(v.instant <= n.instant, false) then l.id end
                    as lead_id,
                case when not coalesce(l.instant <= n.instant, false) or v.instant <= n.instant then c.id end
                    as contact_id,
                e.account_id, n."user" + 1 as user_id, {stamp("n.instant")} as enrolled_at,
                {stamp("n.ended")} as ended_at, {texts(EXIT)}[n.reason + 1] as exit_reason
            from _enrollment n
            join employment e on e.employment_id = n.job + 1
            left join _lead l on l.job = n.job
            left join _contact c on c.job = n.job
            left join _conversion v on v.job = n.job
            asof left join _spell s on s.account = n.account and s.instant <= n.instant
            order by n.id
        """,
        )

    def _awareness(self) -> None:
        state = self.state
        conversion = self.world.columns(
            "select job, instant as moment from _conversion order by job"
        )
        converted_at = np.full(state.people, NEVER)
        np.minimum.at(converted_at, state.job_person[conversion["job"]], conversion["moment"])
        changes = awareness_changes(state, state.log.take("push"), converted_at)
        self.world.add("awareness_change", {
            "person_id": changes["person"] + 1,
            "changed_at": changes["at"].astype("datetime64[s]"),
            "stage": changes["stage"],
            "previous_stage": pa.array(changes["previous"], mask=changes["previous"] == NONE),
            "reason": reason_texts(changes["reason"]),
        })  # fmt: skip
        self.add(
            "hand_off",
            f"""
            select h.id as hand_off_id, l.id as lead_id, e.person_id, e.account_id,
                h.sdr + 1 as from_user_id, h.ae + 1 as to_user_id,
                {stamp("h.instant")} as handed_off_at, h.attempt, coalesce(a.stage, 2)
                    as awareness_stage,
                h.filled as context_fields_filled,
                ['rejected', 'accepted'][h.decision + 1] as decision,
                {stamp("h.decided")} as decided_at,
                {texts(REJECTION)}[h.reason + 1] as rejection_reason,
                nullif(h.deal, -1) as opportunity_id
            from _hand_off h
            join employment e on e.employment_id = h.job + 1
            join _lead l on l.job = h.job
            asof left join awareness_change a
                on a.person_id = e.person_id and a.changed_at <= make_timestamp(h.instant * 1000000)
            order by h.id
        """,
        )

    def _lead_versions(self) -> None:
        end = self.state.end
        self.add(
            "lead_version",
            f"""
            with flag as (
                select job, min(instant) as opt_at from _opt_out group by job
            ), event as (
                select l.id, e.instant, if(e.status = 0 and e.instant = l.instant, 0, 1) as sort, e.number,
                    nullif(e.status, -1) as status, nullif(e.owner, -1) as owner,
                    if(e.status >= 0, e.reason, null) as reason,
                    if(e.status >= 0, e.review_day, null) as review_day, e.score
                from _event e join _lead l using (job)
                left join _conversion v using (job)
                where e.instant >= l.instant and e.instant < {end} and e.instant <= coalesce(v.instant, {NEVER})
                union all
                select l.id, f.opt_at + 120 + (l.id * 53) % 420, 2, 0, null, null, null, null, null
                from flag f join _lead l using (job) left join _conversion v using (job)
                where f.opt_at >= l.instant and f.opt_at + 600 < least({end}, coalesce(v.instant, {NEVER}))
                union all
                select l.id, b.instant + 60 + (l.id * 31) % 240, 3, 0, null, null, null, null, null
                from _bounce b join _lead l using (job) left join _conversion v using (job)
                where b.instant >= l.instant and b.instant + 600 < least({end}, coalesce(v.instant, {NEVER}))
            ), numbered as (
                select *, row_number() over w as place
                from event window w as (partition by id order by instant, sort, number)
            ), risen as (
                select *, max(instant - place) over w + place as version_at,
                    last_value(status ignore nulls) over w as now_status,
                    last_value(owner ignore nulls) over w as now_owner,
                    last_value(score ignore nulls) over w as now_score,
                    last_value(reason ignore nulls) over w as now_reason,
                    last_value(review_day ignore nulls) over w as now_review
                from numbered
                window w as (partition by id order by place rows unbounded preceding)
            )
            select r.id as lead_id, {stamp("r.version_at")} as version_at,
                {texts(STATUS)}[r.now_status + 1] as lead_status, r.now_owner + 1 as owner_user_id,
                r.now_score as score,
                coalesce(f.opt_at + 60 < r.version_at, false) as has_opted_out_of_email,
                coalesce(b.instant + 30 < r.version_at, false) as is_email_bounced,
                case when b.instant + 30 < r.version_at then {stamp("b.instant")} end as email_bounced_at,
                case when r.now_status = {STATUS.index("Disqualified")}
                    then {texts(REASON)}[r.now_reason + 1] end as disqualified_reason,
                case when r.now_status = {STATUS.index("Recycled")} and r.now_review >= 0
                    then date '1970-01-01' + r.now_review::int end as review_on,
                r.now_status = {STATUS.index("Converted")} as is_converted,
                case when r.now_status = {STATUS.index("Converted")} then {stamp("v.instant")} end
                    as converted_at,
                case when r.now_status = {STATUS.index("Converted")} then c.id end
                    as converted_contact_id,
                case when r.now_status = {STATUS.index("Converted")} then e.account_id end
                    as converted_account_id,
                case when r.now_status = {STATUS.index("Converted")} and h.made then h.deal end
                    as converted_opportunity_id,
                t.day as last_activity_on, false as is_deleted
            from risen r
            join _lead l using (id)
            join employment e on e.employment_id = l.job + 1
            left join flag f on f.job = l.job
            left join _bounce b on b.job = l.job
            left join _conversion v on v.job = l.job
            left join _contact c on c.job = l.job
            left join _hand_off h on h.job = l.job and h.decision = 1
            asof left join _touch t on t.job = l.job and t.created <= r.version_at
            where r.version_at < {end}
            order by lead_id, version_at
        """,
        )

    def _contact_versions(self) -> None:
        end = self.state.end
        self.add(
            "contact_version",
            f"""
            with flag as (
                select job, min(instant) as opt_at from _opt_out group by job
            ), event as (
                select id, instant, 0 as sort from _contact
                union all
                select c.id, f.opt_at + 120 + (c.id * 53) % 420, 2
                from flag f join _contact c using (job)
                where f.opt_at >= c.instant and f.opt_at + 600 < {end}
                union all
                select c.id, b.instant + 60 + (c.id * 31) % 240, 3
                from _bounce b join _contact c using (job)
                where b.instant >= c.instant and b.instant + 600 < {end}
                union all
                select c.id, epoch(a.changed_at)::bigint + 60 + (c.id * 7919) % 30000, 4
                from awareness_change a
                join employment e using (person_id)
                join _contact c on c.job = e.employment_id - 1
                where a.changed_at >= make_timestamp(c.instant * 1000000)
                    and epoch(a.changed_at)::bigint + 30060 < {end}
            ), numbered as (
                select *, row_number() over (partition by id order by instant, sort) as place from event
            ), risen as (
                select id, max(instant - place) over (
                    partition by id order by place rows unbounded preceding
                ) + place as version_at
                from numbered
            )
            select r.id as contact_id, {stamp("r.version_at")} as version_at,
                {key("c.owner")} as owner_user_id, e.title,
                coalesce(a.stage, 1) as awareness_stage,
                coalesce(f.opt_at + 60 < r.version_at, false) as has_opted_out_of_email,
                coalesce(b.instant + 30 < r.version_at, false) as is_email_bounced,
                case when b.instant + 30 < r.version_at then {stamp("b.instant")} end as email_bounced_at,
                t.day as last_activity_on, false as is_deleted
            from risen r
            join _contact c using (id)
            join employment e on e.employment_id = c.job + 1
            left join flag f on f.job = c.job
            left join _bounce b on b.job = c.job
            asof left join awareness_change a on a.person_id = e.person_id
                and a.changed_at <= make_timestamp((r.version_at - 30) * 1000000)
            asof left join _touch t on t.job = c.job and t.created <= r.version_at
            order by contact_id, version_at
        """,
        )

    def _mails(self) -> None:
        send = self.state.log.take("send")
        order = np.lexsort((send["job"], send["at"]))
        self.stage("_send", {name: values[order] for name, values in send.items()})
        urls = [f"https://www.northwind-metrics.com{page}" for page in PAGES]
        self.add(
            "email_send",
            f"""
            select row_number() over (order by s.instant, s.job, s.mail) as send_id,
                s.campaign + 1 as campaign_id, {texts(self.state.mail_names)}[s.mail + 1]
                    as mail_name,
                e.person_id, e.employment_id, e.email, {stamp("s.instant")} as sent_at,
                {stamp("s.delivered")} as delivered_at, {stamp("s.soft")} as soft_bounced_at,
                {stamp("s.hard")} as hard_bounced_at, {stamp("s.proxy")} as proxy_opened_at,
                {stamp("s.opened")} as opened_at, {stamp("s.clicked")} as clicked_at,
                case when s.clicked < {NEVER} then {texts(urls)}[s.page + 1] end as clicked_url,
                {stamp("s.unsubscribed")} as unsubscribed_at
            from _send s join employment e on e.employment_id = s.job + 1
            order by send_id
        """,
        )

    def _visits(self) -> None:
        visit = self.state.log.take("visit")
        keep = visit["at"] < self.state.end
        self.stage("_visit", {name: values[keep] for name, values in visit.items()})
        seed = self.state.settings.seed
        self.add(
            "web_visit",
            f"""
            with cookie as (
                select v.*, e.person_id,
                    e.person_id * 1000 + v.device * 500
                        + (v.instant // {DAY} + (e.person_id * 7919) % 211) // 211 as cookie
                from _visit v join employment e on e.employment_id = v.job + 1
            ), first as (
                select *, min(case when form >= 0 then instant end) over (partition by cookie) as form_at
                from cookie
            )
            select row_number() over (order by instant, cookie, page, form, referrer, campaign)
                    as visit_id,
                {stamp("instant")} as occurred_at, md5('cookie/{seed}/' || cookie) as anonymous_id,
                person_id, coalesce(instant >= form_at, false) as is_identified,
                if(form >= 0, 'form_submit', 'page_view') as kind,
                {texts(PAGES)}[page + 1] as page_path, {texts(FORMS)}[form + 1] as form_name,
                case when referrer >= 0 then 'https://www.' || {texts(REFERRERS)}[referrer + 1]
                    || '/' end as referrer,
                {key("campaign")} as campaign_id
            from first order by visit_id
        """,
        )

    def _members(self) -> None:
        self.stage("_member", self.state.log.take("member"))
        end = self.state.end
        self.add(
            "campaign_member_version",
            f"""
            with known as (
                select e.person_id, m.campaign, m.instant, m.status, l.id as lead_id, l.instant as lead_at,
                    c.id as contact_id, c.instant as contact_at
                from _member m
                join employment e on e.employment_id = m.job + 1
                left join _lead l using (job)
                left join _contact c using (job)
                where m.instant < {end} and (l.instant <= m.instant or c.instant <= m.instant)
            ), risen as (
                select *, max(status) over (
                    partition by person_id, campaign order by instant, status
                    rows between unbounded preceding and 1 preceding
                ) as before
                from known
            ), numbered as (
                select *, row_number() over w as place,
                    first_value(instant) over w as begin,
                    first_value(if(lead_at <= instant, lead_id, null)) over w as as_lead,
                    first_value(if(lead_at <= instant, null, contact_id)) over w as as_contact
                from risen where status > coalesce(before, -1)
                window w as (partition by person_id, campaign order by instant, status)
            ), stamped as (
                select *, max(instant - place) over (
                    partition by person_id, campaign order by place rows unbounded preceding
                ) + place as version_at
                from numbered
            )
            select dense_rank() over (order by begin, person_id, campaign) as member_id,
                {stamp("version_at")} as version_at, campaign + 1 as campaign_id, person_id,
                as_lead as lead_id, as_contact as contact_id,
                {texts(MEMBER)}[status + 1] as member_status
            from stamped order by member_id, version_at
        """,
        )


__all__ = ["PAGE_OF", "Builder"]
