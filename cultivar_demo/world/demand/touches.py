"""The log of touches: one place that knows all their columns.

Belongs here: adding touches with defaults. Does not belong here: why there is one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cultivar_demo.world.demand.log import NEVER, NONE
from cultivar_demo.world.demand.state import State

SUBJECTS = (
    "Reports that build themselves",
    "Following up",
    "How a team like yours saves a day a week",
    "A short example",
    "Worth a conversation?",
    "Closing the loop",
    "LinkedIn message",
    "Call",
    "Re: your note",
    "Out of office",
    "Undeliverable mail",
    "Thank you for your request",
    "Introduction meeting",
    "Your question",
    "Introduction",
)
(CLOSING, SOCIAL, CALLED, ANSWER, AWAY, UNDELIVERABLE, CONFIRMATION, INTRODUCTION, RESPONSE,
 AE_INTRODUCTION) = range(5, 15)  # fmt: skip

DEFAULTS: dict[str, Any] = {
    "direction": 0,
    "is_automated": False,
    "is_personalised": NONE,
    "technical_user": NONE,
    "enrollment": NONE,
    "step": NONE,
    "variant": NONE,
    "ended": NEVER,
    "duration": NONE,
    "disposition": NONE,
    "outcome": NONE,
    "outcome_at": NEVER,
    "previous": NONE,
    "reply_to": NONE,
    "reply_kind": NONE,
}


def add_touches(state: State, **columns: Any) -> np.ndarray:
    """Log touches and return their keys; the columns of ``DEFAULTS`` may be left out.

    Needed: kind, subject, user, job (array), created, occurred.
    """
    job = np.asarray(columns["job"])
    keys = state.touch_keys + np.arange(len(job))
    state.touch_keys += len(job)
    state.log.add("touch", key=keys, **{**DEFAULTS, **columns})
    np.maximum.at(
        state.touched_at,
        state.job_account[job],
        np.broadcast_to(columns["occurred"], job.shape),
    )
    return keys
