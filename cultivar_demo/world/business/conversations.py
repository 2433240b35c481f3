"""Talks about deals and with customers: mails both ways, calls, meetings.

Belongs here: sales touches; appends to touch. Does not belong here: prospecting (``demand``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.settings import cutoff
from cultivar_demo.world.business.arrays import (
    Book,
    day_count,
    nullable,
    repeat,
    second_count,
    take,
)
from cultivar_demo.world.business.staff import Staff
from cultivar_demo.world.business.stage_paths import EXPECTED_DAYS
from cultivar_demo.world.business.talk_tables import append_talks, open_stages
from cultivar_demo.world.world import World

TOUCHES_A_WEEK = np.array([0.0, 1.5, 1.8, 1.8, 1.9, 2.3, 2.2, 2.6])
"""By stage: our mails and calls (meetings and replies come besides)."""
MOST_A_STAGE = 14
CALL_SHARE = 0.33
"""Of them: calls."""
REPLY_CHANCE = 0.5
"""A mail is answered."""
MEETING_CHANCE = np.array([0.0, 0.97, 0.9, 0.85, 0.8, 0.95, 0.75, 0.8])
"""By stage: a meeting before the next stage; a second one in half as many."""
GHOSTED_PART = 0.4
"""A lost deal is answered for this part of its last stage, then no more."""
FORGOTTEN_DAYS = 20
"""A forgotten deal is still worked on for so long."""
PLANNED_SHARE = 0.8
"""Of the meetings of stages that are not over: still to come."""
OUTCOMES = ("held", "no_show", "cancelled", "rescheduled")
OUTCOME_SHARES = (0.8, 0.07, 0.05, 0.08)
NEVER_ENTERED_SHARE = 0.06
"""Of outcomes."""
DISPOSITIONS = ("conversation", "voicemail", "gatekeeper", "no_answer", "wrong_number")
DISPOSITION_SHARES = (0.48, 0.22, 0.08, 0.2, 0.02)
REPLIES = ("positive", "neutral", "negative", "auto")
REPLY_SHARES = (0.45, 0.4, 0.07, 0.08)
CARE_A_MONTH = 0.5
"""Touches of the csm with each customer."""
SUBJECTS = (
    "Following up on our conversation",
    "Next steps",
    "Materials from today",
    "Question about your timeline",
    "Call",
    "Introduction",
    "Discovery session",
    "Scope workshop",
    "Business case review",
    "Proof of value session",
    "Justification with finance",
    "Contract review",
    "Check-in",
)
MAIL_SUBJECTS, CALL_SUBJECT, FIRST_MEETING_SUBJECT, CHECK_IN = 4, 4, 4, 12
EMAIL, CALL, MEETING = 0, 1, 2
KINDS = ("email", "call", "meeting")
BIG = np.int64(1) << 36
"""More seconds than there are since 1970: makes one sortable number of deal and instant."""


def add_conversations(world: World) -> None:
    """Append the touches of deals and customers, and number all touches anew by time."""
    talks = _Talks(world)
    talks.of_deals()
    talks.with_customers()
    talks.write()


class _Talks:
    def __init__(self, world: World) -> None:
        self.world = world
        self.random = world.settings.random("business/conversations")
        self.staff = Staff(world)
        self.last_day = np.datetime64(world.settings.last_day, "D")
        self.limit = np.datetime64(cutoff(world.settings.last_day), "s")
        self.book = Book()
        self.next_key = 0

    # ------------------------------------------------------------------------------- deals
    def of_deals(self) -> None:
        """Talks in every open stage of every deal."""
        visits = open_stages(self.world, self.limit)
        self.visits = visits
        random = self.random
        stage = visits["stage"]
        length = (visits["until"] - visits["at"]).astype(np.int64) / 86_400
        # Nobody talks for ever where nothing moves.
        lively = np.minimum(length, 1.6 * EXPECTED_DAYS[stage] + 14)
        lively = np.where(visits["is_forgotten"], np.minimum(lively, FORGOTTEN_DAYS), lively)
        silent_after = np.where(visits["is_lost_next"], GHOSTED_PART * lively, lively)
        rate = TOUCHES_A_WEEK[stage] * lively / 7
        number = np.minimum(random.poisson(rate), MOST_A_STAGE)
        row, _ = repeat(number)
        offset = random.random(len(row)) * lively[row]
        is_call = random.random(len(row)) < CALL_SHARE
        silent = offset > silent_after[row]
        day = visits["at"][row].astype("datetime64[D]") + day_count(np.floor(offset))
        user = visits["user"][row]
        at = self.staff.working_stamps(random, day, user)
        keep = (at > visits["at"][row]) & (at < visits["until"][row]) & (at < self.limit)
        row, at, is_call, silent = row[keep], at[keep], is_call[keep], silent[keep]
        self._calls(row[is_call], at[is_call], silent[is_call])
        self._mails(row[~is_call], at[~is_call], silent[~is_call])
        self._meetings(lively, silent_after)

    def _calls(self, row: np.ndarray, at: np.ndarray, silent: np.ndarray) -> None:
        random, size = self.random, len(row)
        kind = _pick(random, DISPOSITION_SHARES, size)
        # Who ghosts us does not pick up.
        kind = np.where(silent & (kind == 0), 1 + 2 * (random.random(size) < 0.6), kind)
        seconds = np.where(
            kind == 0, random.integers(60, 2_400, size), random.integers(8, 70, size)
        )
        inbound = (kind == 0) & (random.random(size) < 0.15)
        self._add(
            row, at, kind=CALL, inbound=inbound, occurred=at, ended=at + second_count(seconds),
            created=at + second_count(seconds), seconds=seconds, disposition=kind,
            subject=np.full(size, CALL_SUBJECT),
        )  # fmt: skip

    def _mails(self, row: np.ndarray, at: np.ndarray, silent: np.ndarray) -> None:
        random, size = self.random, len(row)
        sent = self._add(
            row, at, kind=EMAIL, occurred=at, created=at,
            subject=random.integers(0, MAIL_SUBJECTS, size),
        )  # fmt: skip
        answered = ~silent & (random.random(size) < REPLY_CHANCE)
        wait = second_count(np.exp(random.normal(9.5, 1.3, size)).clip(240, 5 * 86_400))
        row, at, sent = row[answered], (at + wait)[answered], sent[answered]
        # Their working hours are not ours; weekends are quiet.
        weekday = (at.astype("datetime64[D]").astype(np.int64) + 3) % 7
        at = at + day_count(np.where(weekday == 5, 2, np.where(weekday == 6, 1, 0)))
        inside = at < self.limit
        row, at, sent = row[inside], at[inside], sent[inside]
        self._add(
            row, at, kind=EMAIL, inbound=np.ones(len(row), dtype=bool), occurred=at, created=at,
            subject=random.integers(0, MAIL_SUBJECTS, len(row)), answers=sent,
            reply=_pick(random, REPLY_SHARES, len(row)),
        )  # fmt: skip

    def _meetings(self, lively: np.ndarray, silent_after: np.ndarray) -> None:
        random, visits = self.random, self.visits
        chance = MEETING_CHANCE[visits["stage"]]
        count = len(chance)
        draws = random.random((2, count))
        number = (draws[0] < chance).astype(np.int64) + (draws[1] < chance / 2)
        row, position = repeat(number)
        part = np.where(
            position == 0, 0.55 + 0.4 * random.random(len(row)), random.random(len(row))
        )
        offset = np.minimum(np.maximum(part * silent_after[row], 1), lively[row])
        # What is still going on has meetings ahead.
        length = (visits["until"] - visits["at"]).astype(np.int64) / 86_400
        running = visits["is_running"][row] & (lively[row] >= length[row] - 0.01)
        running &= random.random(len(row)) < PLANNED_SHARE
        offset = np.where(running, length[row] + 12 * random.random(len(row)), offset)
        day = visits["at"][row].astype("datetime64[D]") + day_count(np.ceil(offset))
        user = visits["user"][row]
        occurred = self._meeting_stamps(day, user)
        # Booked days before, from the stage's begin on.
        booked = occurred - second_count(random.integers(86_400, 15 * 86_400, len(row)))
        booked = np.maximum(
            booked, visits["at"][row] + second_count(random.integers(60, 5_000, len(row)))
        )
        keep = (booked < occurred - np.timedelta64(3_600, "s")) & (booked < self.limit)
        # A meeting after the deal's end is none; one after the last day is planned.
        keep &= occurred < visits["closed_at"][row]
        row, occurred, booked, user = row[keep], occurred[keep], booked[keep], user[keep]
        outcome = _pick(random, OUTCOME_SHARES, len(row))
        first = self._meeting(row, booked, occurred, outcome)
        again = np.flatnonzero((outcome == 3) & (occurred < self.limit))
        later = self._meeting_stamps(
            occurred[again].astype("datetime64[D]") + day_count(random.integers(2, 10, len(again))),
            user[again],
        )
        inside = later < visits["closed_at"][row[again]]
        again, later = again[inside], later[inside]
        moved = self.moved_at[again]
        known = (moved < self.limit) & (moved < later)
        again, later, moved = again[known], later[known], moved[known]
        self._meeting(
            row[again], moved + np.timedelta64(30, "s"), later,
            np.where(random.random(len(again)) < 0.9, 0, 1), previous=first[again],
        )  # fmt: skip

    def _meeting_stamps(self, day: np.ndarray, user: np.ndarray) -> np.ndarray:
        """A quarter of an hour within working hours."""
        stamps = self.staff.working_stamps(self.random, day, user).astype(np.int64)
        return (stamps // 900 * 900).astype("datetime64[s]")

    def _meeting(
        self,
        row: np.ndarray,
        booked: np.ndarray,
        occurred: np.ndarray,
        outcome: np.ndarray,
        previous: np.ndarray | None = None,
    ) -> np.ndarray:
        random, size = self.random, len(row)
        ended = occurred + second_count(random.choice((1_800, 2_700, 3_600), size))
        after = ended + second_count(np.exp(random.normal(8.5, 1.5, size)).clip(60, 2 * 86_400))
        # Cancelled and moved before it takes place, but after it was booked.
        span = (occurred - booked).astype(np.int64)
        before = booked + second_count(span * (0.2 + 0.75 * random.random(size)))
        decided = np.where(outcome >= 2, before, after)
        self.moved_at = decided
        entered = (random.random(size) >= NEVER_ENTERED_SHARE) | (outcome == 3)
        entered &= decided < self.limit
        stage = self.visits["stage"][row]
        return self._add(
            row, booked, kind=MEETING, occurred=occurred, created=booked, ended=ended,
            outcome=np.where(entered, outcome, -1), outcome_at=decided, previous=previous,
            subject=FIRST_MEETING_SUBJECT + stage, with_engineer=stage == 5,
        )  # fmt: skip

    # --------------------------------------------------------------------------- customers
    def with_customers(self) -> None:
        """Check-ins of the csm with every customer."""
        spans = self.world.sql(
            """
            select contact.account_id, contact.contact_id, contact.person_id,
                min(job.ended_on) as gone_on, min(own.user_id) as user_id,
                greatest(max(own.valid_from_at), max(contact.created_at)) as since,
                least(
                    coalesce(min(own.valid_to_at), ?), coalesce(min(service.ended_at), ?)
                ) as until
            from account_ownership as own
            join (
                select account_id, max(case when ended_on is null then timestamp '2200-01-01'
                    else ended_on::timestamp end) as ended_at
                from (
                    select account_id, subscription_id, max_by(ended_on, version_at) as ended_on
                    from subscription_version group by account_id, subscription_id
                ) group by account_id
            ) as service using (account_id)
            join contact using (account_id)
            join employment as job using (employment_id)
            where own.role = 'csm'
            group by contact.account_id, contact.contact_id, contact.person_id, own.valid_from_at
            having since < until
            qualify row_number() over (
                partition by contact.account_id, own.valid_from_at order by contact.contact_id
            ) <= 3
            order by contact.account_id, since, contact.contact_id
            """,
            [cutoff(self.world.settings.last_day)] * 2,
        )
        since = spans["since"].to_numpy().astype("datetime64[s]")
        until = spans["until"].to_numpy().astype("datetime64[s]")
        gone = spans["gone_on"].to_numpy().astype("datetime64[s]")
        until = np.where(np.isnat(gone), until, np.minimum(until, gone - np.timedelta64(1, "D")))
        length = np.maximum((until - since).astype(np.int64) / 86_400, 0)
        random = self.random
        per_contact = CARE_A_MONTH / 2.0
        number = random.poisson(length / 30.4 * per_contact)
        row, _ = repeat(number)
        user = spans["user_id"].to_numpy()[row]
        day = since[row].astype("datetime64[D]") + day_count(random.random(len(row)) * length[row])
        at = self.staff.working_stamps(random, day, user)
        keep = (at > since[row]) & (at < until[row]) & (at < self.limit)
        row, at, user = row[keep], at[keep], user[keep]
        kind = np.array([EMAIL, EMAIL, CALL, MEETING])[random.integers(0, 4, len(row))]
        size = len(row)
        minutes = np.where(kind == EMAIL, 0, np.where(kind == CALL, 9, 30))
        held = kind == MEETING
        booked = np.where(held, at - day_count(random.integers(2, 9, size)), at)
        booked = np.maximum(booked, since[row] + np.timedelta64(60, "s"))
        booked = np.where(held, np.minimum(booked, at), booked)
        ended = at + second_count(60 * minutes)
        decided = ended + second_count(random.integers(60, 7_200, size))
        self.book.add(
            key=self.next_key + np.arange(size), kind=kind, inbound=np.zeros(size, dtype=bool),
            subject=np.where(kind == CALL, CALL_SUBJECT, CHECK_IN), user=user,
            engineer=np.full(size, -1), person=spans["person_id"].to_numpy()[row],
            account=spans["account_id"].to_numpy()[row],
            contact=spans["contact_id"].to_numpy()[row], opportunity=np.full(size, -1),
            created=np.where(kind == CALL, ended, booked), occurred=at,
            ended=np.where(kind == EMAIL, np.datetime64("NaT", "s"), ended),
            seconds=np.where(kind == CALL, 60 * minutes, -1),
            disposition=np.where(kind == CALL, 0, -1),
            outcome=np.where(held & (decided < self.limit), 0, -1),
            outcome_at=decided, previous=np.full(size, -1), answers=np.full(size, -1),
            reply=np.full(size, -1),
        )  # fmt: skip
        self.next_key += size

    # ------------------------------------------------------------------------------- rows
    def _add(
        self,
        row: np.ndarray,
        at: np.ndarray,
        *,
        kind: int,
        occurred: np.ndarray,
        created: np.ndarray,
        subject: np.ndarray,
        inbound: np.ndarray | None = None,
        ended: np.ndarray | None = None,
        seconds: np.ndarray | None = None,
        disposition: np.ndarray | None = None,
        outcome: np.ndarray | None = None,
        outcome_at: np.ndarray | None = None,
        previous: np.ndarray | None = None,
        answers: np.ndarray | None = None,
        reply: np.ndarray | None = None,
        with_engineer: np.ndarray | None = None,
    ) -> np.ndarray:
        """Log touches of visits ``row`` at instants; returns their keys."""
        size, visits = len(row), self.visits
        key = self.next_key + np.arange(size)
        self.next_key += size
        none = np.full(size, -1)
        never = np.full(size, np.datetime64("NaT", "s"))
        engineer = none
        if with_engineer is not None:
            joins = with_engineer & (self.random.random(size) < 0.85)
            found = self.staff.pick(
                self.random, "se", visits["region"][row], occurred.astype("datetime64[D]")
            )
            engineer = np.where(joins, found, -1)
        self.book.add(
            key=key, kind=np.full(size, kind),
            inbound=np.zeros(size, dtype=bool) if inbound is None else inbound,
            subject=subject, user=visits["user"][row], engineer=engineer,
            person=none, account=visits["account"][row], contact=none,
            opportunity=visits["opportunity"][row], created=created, occurred=occurred,
            ended=never if ended is None else ended, seconds=none if seconds is None else seconds,
            disposition=none if disposition is None else disposition,
            outcome=none if outcome is None else outcome,
            outcome_at=never if outcome_at is None else outcome_at,
            previous=none if previous is None else previous,
            answers=none if answers is None else answers, reply=none if reply is None else reply,
        )  # fmt: skip
        return key

    def write(self) -> None:
        """Choose whom each touch was with, and by whom, and append all to touch."""
        columns = self.book.columns()
        random = self.random
        # The same draw for a mail and its answer, a meeting and the one it replaces.
        draw = random.random(len(columns["key"]))
        origin = np.maximum(columns["answers"], columns["previous"])
        linked = origin >= 0
        draw[linked] = draw[origin[linked]]
        at = np.minimum(columns["created"], columns["occurred"])
        at[linked] = np.minimum(
            columns["created"][origin[linked]], columns["occurred"][origin[linked]]
        )
        given = {
            name: values
            for name, values in columns.items()
            if name not in ("created", "occurred", "ended", "outcome_at")
        }
        for name in ("created", "occurred", "ended", "outcome_at"):
            values = columns[name]
            if name == "outcome_at":
                values = np.where(columns["outcome"] >= 0, values, np.datetime64("NaT", "s"))
            given[name] = nullable(values.astype("datetime64[us]"), np.isnat(values))
        for name, options in (
            ("kind", KINDS), ("subject", SUBJECTS), ("disposition", DISPOSITIONS),
            ("outcome", OUTCOMES), ("reply", REPLIES),
        ):  # fmt: skip
            given[name] = take(options, columns[name])
        given["draw"] = draw
        given["asked"] = at.astype("datetime64[us]")
        append_talks(self.world, pa.table(given))


def _pick(random: np.random.Generator, shares: tuple[float, ...], size: int) -> np.ndarray:
    cumulative = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(cumulative, random.random(size), side="right").clip(0, len(shares) - 1)
