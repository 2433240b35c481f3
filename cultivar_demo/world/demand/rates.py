"""Chances, durations and vocabularies of demand that several files share.

Belongs here: constants with their meaning. Does not belong here: what is done with them.
"""

from __future__ import annotations

from cultivar_demo.constants import (
    DISQUALIFIED_REASONS,
    LEAD_SOURCES,
    LEAD_STATUSES,
    REJECTION_REASONS,
)

MINUTE, HOUR, DAY = 60, 3_600, 86_400

STATUS = tuple(name for name, _ in LEAD_STATUSES)
(
    NEW,
    WORKING,
    MARKETING_QUALIFIED,
    SALES_ACCEPTED,
    SALES_QUALIFIED,
    CONVERTED,
    RECYCLED,
    DISQUALIFIED,
) = range(8)

SOURCE = LEAD_SOURCES
WEB_FORM, EVENT, PAID_SEARCH, PAID_SOCIAL, REFERRAL, PARTNER, CONTENT, OUTBOUND, SIGN_UP = range(9)

REASON = DISQUALIFIED_REASONS
NO_FIT, STUDENT, COMPETITOR, UNREACHABLE, NOT_INTERESTED, SPAM = range(6)

REJECTION = REJECTION_REASONS
REJECTION_SHARES = (0.34, 0.10, 0.28, 0.12, 0.16)
"""Of each rejection reason."""

KIND = ("email", "call", "meeting", "linkedin")
EMAIL, CALL, MEETING, LINKEDIN = range(4)

DISPOSITION = ("conversation", "voicemail", "gatekeeper", "no_answer", "wrong_number")
CONVERSATION, VOICEMAIL, GATEKEEPER, NO_ANSWER, WRONG_NUMBER = range(5)

OUTCOME = ("held", "no_show", "cancelled", "rescheduled")
HELD, NO_SHOW, CANCELLED, RESCHEDULED = range(4)

REPLY = ("positive", "neutral", "negative", "auto", "bounce", "opt_out")
POSITIVE, NEUTRAL, NEGATIVE, AUTO, BOUNCED, OPTED_OUT = range(6)

EXIT = ("finished", "replied", "bounced", "opted_out", "meeting")
FINISHED, EXIT_REPLIED, EXIT_BOUNCED, EXIT_OPTED_OUT, EXIT_MEETING = range(5)

MEMBER = (
    "Targeted",
    "Sent",
    "Interacted",
    "Registered",
    "Attended",
    "Engaged",
    "Meeting Requested",
)
TARGETED, SENT, INTERACTED, REGISTERED, ATTENDED, ENGAGED, MEETING_REQUESTED = range(7)

MEANINGFUL_SECONDS = 120
"""Talk from which a call is a meaningful conversation."""

QUIET_DAYS = 90
"""Days without activity after which a new prospecting spell begins."""

QUALIFYING_SCORE = 55
"""Score at which the marketing tool qualifies a lead."""

FIT_POINTS = 30
"""Points of a perfect fit."""

JOIN_DAYS = 60
"""A second accepted hand-off at the account within these days joins the first one's deal."""
