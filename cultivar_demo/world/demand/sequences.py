"""The outreach sequences: their steps, and the tables about them.

Belongs here: the plans of contact, also the follow-up of an inbound lead, which is no sequence.
Does not belong here: who is enrolled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cultivar_demo.world.demand.log import NONE
from cultivar_demo.world.demand.rates import CALL, EMAIL, KIND, LINKEDIN
from cultivar_demo.world.world import World


class Step(NamedTuple):
    """A step: channel code, working days after the step before, whether nobody sends it."""

    channel: int
    gap: int
    is_automated: bool


class Plan(NamedTuple):
    """A plan of contact."""

    name: str
    steps: tuple[Step, ...]


AUTO, MAIL, PHONE, SOCIAL = (EMAIL, True), (EMAIL, False), (CALL, False), (LINKEDIN, False)


def _plan(name: str, *steps: tuple[int, tuple[int, bool]]) -> Plan:
    return Plan(name, tuple(Step(channel, gap, auto) for gap, (channel, auto) in steps))


PLANS = (
    _plan(
        "Operations leaders - reporting by hand", (0, AUTO), (1, PHONE), (2, AUTO), (1, SOCIAL),
        (2, PHONE), (3, AUTO), (2, PHONE), (3, AUTO),
    ),
    _plan(
        "IT leaders - data in silos", (0, MAIL), (2, PHONE), (2, AUTO), (3, PHONE), (2, SOCIAL),
        (3, AUTO), (4, PHONE),
    ),
    _plan(
        "Finance leaders - forecasts", (0, AUTO), (2, AUTO), (2, PHONE), (3, MAIL), (3, PHONE),
        (4, AUTO),
    ),
    _plan(
        "Executives - short and personal", (0, MAIL), (3, PHONE), (3, SOCIAL), (4, MAIL),
    ),
    _plan(
        "After an event", (0, MAIL), (1, PHONE), (2, AUTO), (3, PHONE), (4, AUTO),
    ),
    _plan(
        "Reactivation", (0, AUTO), (3, PHONE), (4, AUTO), (4, PHONE),
    ),
    _plan(
        "Inbound follow-up", (0, PHONE), (0, MAIL), (1, PHONE), (2, MAIL), (3, PHONE), (5, MAIL),
    ),
    _plan(
        "Inbound follow-up by mail", (0, MAIL), (1, PHONE), (3, MAIL),
    ),
)  # fmt: skip
OUTBOUND_PLANS = 5
"""The first plans are for outbound work; then comes reactivation, then the inbound follow-ups."""
REACTIVATION, INBOUND, INBOUND_BY_MAIL = 5, 6, 7
SEQUENCES = 6
"""Plans that are sequences of the outreach tool; inbound follow-up is not enrolled."""
WIDTH = max(len(plan.steps) for plan in PLANS)


def _matrix(field: str, padding: int) -> np.ndarray:
    rows = [[getattr(step, field) for step in plan.steps] for plan in PLANS]
    return np.array([row + [padding] * (WIDTH - len(row)) for row in rows], np.int64)


CHANNEL = _matrix("channel", NONE)
GAP = _matrix("gap", 0)
IS_AUTOMATED = _matrix("is_automated", 0).astype(bool)


def add_sequences(world: World) -> None:
    """Add sequence and sequence_step."""
    plans = PLANS[:SEQUENCES]
    created = np.datetime64(world.settings.first_day, "s") + np.timedelta64(15, "h")
    world.add(
        "sequence",
        {
            "sequence_id": np.arange(1, SEQUENCES + 1),
            "sequence_name": [plan.name for plan in plans],
            "created_at": created - np.arange(SEQUENCES, 0, -1) * np.timedelta64(7, "D"),
        },
    )
    steps = [
        (sequence, number, step, sum(other.gap for other in plan.steps[:number]))
        for sequence, plan in enumerate(plans, 1)
        for number, step in enumerate(plan.steps, 1)
    ]
    world.add(
        "sequence_step",
        {
            "sequence_id": [sequence for sequence, *_ in steps],
            "step_number": [number for _, number, *_ in steps],
            "channel": [KIND[step.channel] for _, _, step, _ in steps],
            "day_offset": [offset for *_, offset in steps],
            "is_automated": [step.is_automated for _, _, step, _ in steps],
        },
    )
