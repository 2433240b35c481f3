"""Fields that the org got in the middle of its life: administrators do not ask the data team.

Belongs here: when a further field appears, and what it holds. Does not belong here: fields that
were there from the beginning.
"""

from __future__ import annotations

import datetime as dt

from cultivar_demo.settings import Settings
from cultivar_demo.vendors.delivery import Delivery
from cultivar_demo.vendors.salesforce.extract import business_day

APPEARS_AFTER = (2, 3)
"""Part of the period after which the fields are there."""

LATER_FIELDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Opportunity": ("Champion_Strength__c", "version.opportunity_id", ("Weak", "Medium", "Strong")),
    "Lead": ("Buying_Window__c", "version.lead_id", ("This Quarter", "Next Quarter", "Later")),
}
"""Object → field, the record's id, and what people choose."""

_FILLED = 7
"""Of ten records changed since then."""


def appears_on(settings: Settings) -> dt.date:
    """The first day whose delivery has the fields."""
    part, whole = APPEARS_AFTER
    return settings.first_day + dt.timedelta(days=settings.days * part // whole)


def later_fields(delivery: Delivery, object_name: str) -> dict[str, str]:
    """The object's further fields, API name → SQL over ``version``; none before their day."""
    first = appears_on(delivery.settings)
    if delivery.day < first:
        return {}
    field, key, values = LATER_FIELDS[object_name]
    texts = ", ".join(f"'{value}'" for value in values)
    return {
        field: f"case when {business_day('version.version_at')} >= date '{first}' "
        f"and {key} % 10 < {_FILLED} then ([{texts}])[1 + {key} // 10 % {len(values)}] end"
    }
