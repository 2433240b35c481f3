"""Q03 duplicate rate: records of one object that are one company or person.

Belongs here: counting the clusters that the identity step found. Does not belong here: finding them
(held to the made company's truth).
"""

from __future__ import annotations

from collections import defaultdict

from tests.second_opinion.company import Company
from tests.second_opinion.periods import DAY, Calendar, Period
from tests.second_opinion.results import WHOLE, Opinion, Totals


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    """All records of a cluster but one are too many, whichever of them stands for it.

    Leads that only conversions hold together are events of one person, none of them too many.
    """
    alike = {
        key
        for link in company.table("link", "identity")
        if link.method != "conversion"
        for key in (link.record_key_l, link.record_key_r)
    }
    clusters: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account in company.table("xref_account", "identity"):
        if account.is_admitted:
            clusters["account"][account.cluster_id] += 1
    for person in company.table("xref_person", "identity"):
        if person.is_admitted:
            is_event = person.entity == "lead" and f"lead:{person.record_id}" not in alike
            clusters[person.entity][person.record_id if is_event else person.cluster_id] += 1
    today = Period("day", calendar.as_of, calendar.as_of + DAY)
    duplicates: Totals = defaultdict(int)
    records: Totals = defaultdict(int)
    for entity, sizes in clusters.items():
        for segment in (WHOLE, ("entity", entity)):
            records[today, segment] += sum(sizes.values())
            duplicates[today, segment] += sum(size - 1 for size in sizes.values())
    opinion.ratios(("Q03", "headline"), duplicates, records, records)
