"""Marketo's kinds of activities, and the programs with which people read mails.

Belongs here: Marketo's own numbers and names, user agents. Does not belong here: which activities
took place (``marketo_log``).
"""

from __future__ import annotations

from typing import NamedTuple


class ActivityType(NamedTuple):
    """A kind of activity: its name, primary attribute and further attributes."""

    name: str
    primary: str
    attributes: tuple[str, ...]


_MAIL = ("Campaign Run ID", "Step ID", "Choice Number")
_CLIENT = ("User Agent", "Is Mobile Device", "Platform", "Device")
_BOUNCE = ("Category", "Subcategory", "Details", "Email")
_FORM = ("Webpage ID", "Form Fields", "Referrer URL", "Query Parameters", "Client IP Address")
_PAGE = ("Webpage URL", "Query Parameters", "Referrer URL", "Client IP Address", "User Agent")
_CHANGE = ("Old Value", "New Value", "Reason")

ACTIVITY_TYPES: dict[int, ActivityType] = {
    1: ActivityType("Visit Webpage", "Webpage ID", _PAGE),
    2: ActivityType("Fill Out Form", "Webform ID", _FORM),
    6: ActivityType("Send Email", "Mailing ID", _MAIL),
    7: ActivityType("Email Delivered", "Mailing ID", _MAIL),
    8: ActivityType("Email Bounced", "Mailing ID", (*_MAIL, *_BOUNCE)),
    9: ActivityType("Unsubscribe Email", "Mailing ID", (*_MAIL, "Form Fields", "Webform ID")),
    10: ActivityType("Open Email", "Mailing ID", (*_MAIL, *_CLIENT)),
    11: ActivityType("Click Email", "Mailing ID", (*_MAIL, "Link", "Link ID", *_CLIENT)),
    12: ActivityType("New Lead", "", ("Source Type", "Created Date")),
    13: ActivityType("Change Data Value", "Attribute Name", (*_CHANGE, "Source")),
    22: ActivityType("Change Score", "Score Name", ("Change Value", *_CHANGE)),
    27: ActivityType("Email Bounced Soft", "Mailing ID", (*_MAIL, *_BOUNCE)),
    104: ActivityType(
        "Change Status in Progression",
        "Program ID",
        ("Old Status", "New Status", "Success", "Acquired By", "Program Member ID", "Reason"),
    ),
}
"""Marketo's own numbers of the activities that the made company has."""

DATA_TYPES = {
    "Acquired By": "boolean",
    "Campaign Run ID": "integer",
    "Choice Number": "integer",
    "Created Date": "date",
    "Form Fields": "text",
    "Is Mobile Device": "boolean",
    "Mailing ID": "integer",
    "Program ID": "integer",
    "Program Member ID": "integer",
    "Step ID": "integer",
    "Success": "boolean",
    "Webform ID": "integer",
    "Webpage ID": "integer",
}
"""Type of an attribute; the others are strings."""

PRIVACY_PROXY = "Mozilla/5.0"
"""What Apple's mail privacy protection calls itself when it loads every picture beforehand."""


class Client(NamedTuple):
    """A program with which a person reads mail."""

    user_agent: str
    is_mobile: bool
    platform: str
    device: str


_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_MACINTOSH = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"

CLIENTS = (
    Client(f"{_WINDOWS}) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36", False, "Windows", "PC"),
    Client(f"{_MACINTOSH} {_WEBKIT} Chrome/126.0.0.0 Safari/537.36", False, "Mac OS X", "Mac"),
    Client(f"{_WINDOWS}; Microsoft Outlook 16.0.17328) {_WEBKIT}", False, "Windows", "PC"),
    Client(
        f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {_WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36",
        True,
        "Android",
        "Pixel 8",
    ),
    # Google's proxy loads a picture only when somebody opens the mail: it is no privacy proxy.
    Client(
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        False,
        "Windows",
        "PC",
    ),
)
