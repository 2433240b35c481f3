"""M04 and M05: what outreach sequences brought.

Belongs here: answers, meetings and mails of people in sequences. Does not belong here: what a touch
is (touches), marketing mails.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from tests.second_opinion.company import Company, Record
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals
from tests.second_opinion.touches import HUMAN_REPLIES


class Sequences:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.days = dt.timedelta(days=company.setting("sequence_days"))
        self.enrollments = {
            row.sequence_enrollment_id: row
            for row in company.table("sequence_enrollment")
            if company.local_day(row.enrolled_at) + self.days <= company.as_of
        }
        self.activities = {
            row.activity_id: row
            for row in company.table("activity")
            if row.is_done and row.created_at < company.end
        }
        self.bounced = {
            row.in_reply_to_activity_id
            for row in self.activities.values()
            if row.reply_kind == "bounce"
        }

    def enrolled_on(self, enrollment: Record) -> dt.date:
        day = self.company.local_day(enrollment.enrolled_at)
        assert day is not None
        return day

    def mails(self) -> dict[str, list[Record]]:
        """Mails of ours by enrolment."""
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self.activities.values():
            is_mail = row.activity_type == "email" and row.direction != "inbound"
            if is_mail and row.sequence_enrollment_id in self.enrollments:
                found[row.sequence_enrollment_id].append(row)
        return found

    def answers(self) -> dict[str, list[Record]]:
        """Answers of humans by enrolment, those in time, the first one first."""
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self.activities.values():
            step = self.activities.get(row.in_reply_to_activity_id or "")
            if step is None or row.reply_kind not in HUMAN_REPLIES or row.is_automated:
                continue
            enrollment = self.enrollments.get(step.sequence_enrollment_id or "")
            if enrollment is None:
                continue
            day = self.company.local_day(row.started_at or row.ended_at or row.created_at)
            if day is not None and day <= self.enrolled_on(enrollment) + self.days:
                found[enrollment.sequence_enrollment_id].append(row)
        for answers in found.values():
            answers.sort(key=lambda row: row.started_at or row.ended_at or row.created_at)
        return found


def _owner(company: Company, enrollment: Record) -> str:
    user = company.users.get(enrollment.owner_id or "")
    return str(user.user_name if user else enrollment.owner_id or "(none)")


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    """Only enrolments whose days are over count; an answer is of the mail that it answers."""
    sequences = Sequences(company)
    sums: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    mails, answers = sequences.mails(), sequences.answers()

    def count(name: str, cut: tuple[object, tuple[str, str]], is_counted: bool) -> None:
        sums[name][cut] += int(is_counted)  # type: ignore[index]

    for key, enrollment in sequences.enrollments.items():
        sent, got = mails.get(key, []), answers.get(key, [])
        is_delivered = any(mail.activity_id not in sequences.bounced for mail in sent)
        is_met = enrollment.exit_reason == "meeting" and (
            company.local_day(enrollment.ended_at)
            <= sequences.enrolled_on(enrollment) + sequences.days
        )
        name = enrollment.sequence_name or "(none)"
        for period in calendar.flow_periods(sequences.enrolled_on(enrollment)):
            for segment in (WHOLE, ("sequence", name), ("owner", _owner(company, enrollment))):
                cut = (period, segment)
                count("enrolled", cut, True)
                count("met", cut, is_met)
                count("reached", cut, is_delivered)
                count("reached_answered", cut, is_delivered and bool(got))
                count("answered", cut, bool(got))
                count("positive", cut, bool(got) and got[0].reply_kind == "positive")
            for mail in sent:
                mail_answers = [
                    row for row in got if row.in_reply_to_activity_id == mail.activity_id
                ]
                has_arrived = mail.activity_id not in sequences.bounced
                number, variant = mail.sequence_step_number, mail.message_variant
                step = f"{name} / {'-' if number is None else number} / {variant or '-'}"
                for segment in (WHOLE, ("sequence_step", step)):
                    cut = (period, segment)
                    count("mails", cut, True)
                    count("arrived", cut, has_arrived)
                    count("mail_answered", cut, has_arrived and bool(mail_answers))
                    count(
                        "mail_positive",
                        cut,
                        has_arrived and any(row.reply_kind == "positive" for row in mail_answers),
                    )
    for kpi, above, below in (
        (("M04", "reply_rate"), "reached_answered", "reached"),
        (("M04", "positive_reply_rate"), "positive", "answered"),
        (("M05", "meeting_rate"), "met", "enrolled"),
        (("M05", "step_delivered"), "arrived", "mails"),
        (("M05", "step_replied"), "mail_answered", "arrived"),
        (("M05", "step_positive"), "mail_positive", "arrived"),
    ):
        opinion.ratios(kpi, sums[above], sums[below], sums[below])
