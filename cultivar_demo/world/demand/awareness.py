"""The true awareness stage of every known person, out of what happened to them.

Belongs here: from pushes (an act that may raise the stage) to changes of the stage. Does not belong
here: the acts. After a person's conversion the deal decides; ``business`` appends those changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from cultivar_demo.world.demand.log import NEVER, NONE, Columns
from cultivar_demo.world.demand.rates import DAY, OUTBOUND

if TYPE_CHECKING:
    from cultivar_demo.world.demand.state import State

REASONS = (
    "Website visit", "Email engagement", "Website form", "Event", "Outreach", "Conversation",
    "Meeting", "Website questionnaire", "Project postponed", "Chose another way", "First contact",
)  # fmt: skip
WEBSITE, MAIL, FORM, EVENT_ATTENDED, OUTREACH, CONVERSATION, MEETING = range(7)
REGRESSION_REASONS = (7, 8, 9)
FIRST_CONTACT = 10

REGRESSIONS = 0.012
"""A known person's interest cools in a month."""
WITHOUT_REASON = 0.3
"""Regressions that nobody explains."""
JUMPS = 0.03
"""An act that reaches far raises the stage by two."""


def push(
    state: State,
    *,
    job: np.ndarray,
    at: np.ndarray,
    target: np.ndarray | int,
    chance: float,
    reason: int,
) -> None:
    """Acts that may raise a person's stage towards ``target``: those that do are noted."""
    works = state.push_random.random(len(job)) < chance
    target = np.broadcast_to(target, job.shape)
    state.log.add("push", job=job[works], at=at[works], target=target[works], reason=reason)


def awareness_changes(state: State, pushes: Columns, converted_at: np.ndarray) -> Columns:
    """Changes of the stage: person, at, stage, previous (NONE first), reason code.

    Args:
        state: after the last month.
        pushes: job, at, target (stage it leads towards), reason.
        converted_at: when each person was converted (NEVER: not); nothing changes from then on.
    """
    random = state.random("awareness")
    known_at = np.full(state.people, NEVER)
    jobs = np.arange(state.jobs)
    np.minimum.at(known_at, state.job_person, state.known_at(jobs))
    person = state.job_person[pushes["job"]]
    success = (known_at[person] < state.end) & (pushes["at"] < state.end)
    person, at = person[success], pushes["at"][success]
    target, reason = pushes["target"][success], pushes["reason"][success]

    # The first known stage: at the first act, or when the CRM gets the person.
    people = np.flatnonzero(known_at < state.end)
    begin = known_at.copy()
    np.minimum.at(begin, person, at)
    by_list = np.zeros(state.people, bool)
    unknown = state.source[jobs] == OUTBOUND
    unknown |= state.lead_at == NEVER
    by_list[state.job_person[unknown]] = True
    stage = np.where(by_list & (begin == known_at), 1, 2)

    months = (state.end - known_at[people]) / (30.4 * DAY)
    cools = people[random.random(len(people)) < months * REGRESSIONS]
    cool_at = known_at[cools] + (random.random(len(cools)) * (state.end - known_at[cools] - 60))
    cool_reason = np.array(REGRESSION_REASONS)[random.integers(0, 3, len(cools))]
    unexplained = state.even("unexplained", len(cools), random) < WITHOUT_REASON
    cool_reason = np.where(unexplained, NONE, cool_reason)

    person = np.concatenate([person, cools])
    at = np.concatenate([at, cool_at.astype(np.int64)])
    target = np.concatenate([target, np.zeros(len(cools), np.int64)])
    reason = np.concatenate([reason, cool_reason])
    keep = (at > begin[person]) & (at < converted_at[person])
    person, at, target, reason = person[keep], at[keep], target[keep], reason[keep]
    order = np.lexsort((reason, target, at, person))
    person, at, target, reason = person[order], at[order], target[order], reason[order]
    jumps = random.random(len(person)) < JUMPS

    parts = [
        {"person": people, "at": begin[people], "stage": stage[people],
         "previous": np.full(len(people), NONE), "reason": np.full(len(people), FIRST_CONTACT)}
    ]  # fmt: skip
    starts = np.flatnonzero(np.r_[True, person[1:] != person[:-1]]) if len(person) else []
    lengths = np.diff(np.r_[starts, len(person)]).astype(np.int64)
    last_at = begin.copy()
    for rank in range(int(lengths.max()) if len(lengths) else 0):
        starts, lengths = starts[lengths > rank], lengths[lengths > rank]
        row = starts + rank
        who, goal = person[row], target[row]
        now = stage[who]
        step = np.where((goal > now + 1) & jumps[row], 2, 1)
        new = np.where(goal > now, now + step, np.where((goal == 0) & (now >= 3), now - 1, now))
        changed = (new != now) & (at[row] > last_at[who])
        row, who, now, new = row[changed], who[changed], now[changed], new[changed]
        stage[who], last_at[who] = new, at[row]
        parts.append(
            {"person": who, "at": at[row], "stage": new, "previous": now, "reason": reason[row]}
        )
    changes = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    order = np.lexsort((changes["person"], changes["at"]))
    return {key: values[order] for key, values in changes.items()}


def reason_texts(codes: np.ndarray) -> pa.Array:
    """The text of each reason code; NULL for NONE."""
    return pa.array(REASONS).take(pa.array(codes, mask=codes == NONE))
