"""M07 attribution and M08 dark funnel: which touches brought an opportunity.

Belongs here: whose touches count, and how models share. Does not belong here: what an act is
(engagement).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from tests.second_opinion.company import Company, Record
from tests.second_opinion.deals import Deal, Deals
from tests.second_opinion.engagement import Engagement
from tests.second_opinion.periods import Calendar
from tests.second_opinion.results import WHOLE, Opinion, Totals

Shares = list[float]

SMALLEST = Decimal("1e-8")
"""Of a credited amount."""


class Act(NamedTuple):
    day: dt.date
    kind: str
    campaign: str
    """Name; after all names where there is none."""
    channel: str
    instant: dt.datetime | None


class Attribution:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.engagement = Engagement(company)
        self.campaigns = {row.campaign_id: row for row in company.table("campaign")}
        self.half_life = company.setting("attribution_half_life_days")
        self.acts = self._acts()
        self.people = self._people()
        self.known_on = self._known_on()

    def channel(self, campaign_id: str | None) -> str:
        campaign, seen = self.campaigns.get(campaign_id or ""), set()
        if campaign is None:
            return "Direct"
        while campaign.parent_campaign_id in self.campaigns and campaign.campaign_id not in seen:
            seen.add(campaign.campaign_id)
            campaign = self.campaigns[campaign.parent_campaign_id]
        return str(campaign.campaign_name)

    def _act(
        self, kind: str, campaign_id: str | None, moment: dt.datetime | dt.date | None
    ) -> Act | None:
        is_day = type(moment) is dt.date
        instant = None if is_day else moment
        day = moment if is_day else self.company.local_day(moment)  # type: ignore[arg-type]
        campaign = self.campaigns.get(campaign_id or "")
        if day is None or day > self.company.as_of:
            return None
        name = campaign.campaign_name if campaign else "\U0010ffff"
        return Act(day, kind, name, self.channel(campaign_id), instant)  # type: ignore[arg-type]

    def _acts(self) -> dict[str, list[Act]]:
        """By individual, in their order; a form on the day of a response is that response."""
        found: dict[str, list[Act]] = defaultdict(list)
        sends = {
            (row.mail_send_id, row.contact_id or row.lead_id): row.campaign_id
            for row in self.company.table("email_event")
            if row.event_type == "sent"
        }
        for row in self.company.table("campaign_member"):
            if row.has_responded and row.first_responded_date:
                self._add(
                    found, row, "campaign_response", row.campaign_id, row.first_responded_date
                )
        for row in self.engagement._clicks():
            campaign = sends.get((row.mail_send_id, row.contact_id or row.lead_id), row.campaign_id)
            self._add(found, row, "click", campaign, row.occurred_at)
        for row in self.company.table("form_submission"):
            self._add(found, row, "form", None, row.submitted_at)
        for person, acts in found.items():
            answered = {act.day for act in acts if act.kind == "campaign_response"}
            kept = [act for act in acts if act.kind != "form" or act.day not in answered]
            found[person] = sorted(kept, key=lambda act: act[:3])
        return found

    def _add(
        self,
        found: dict[str, list[Act]],
        row: Record,
        kind: str,
        campaign_id: str | None,
        moment: dt.datetime | dt.date | None,
    ) -> None:
        person = self.engagement.individual(
            row.contact_id, row.lead_id, getattr(row, "email", None)
        )
        act = self._act(kind, campaign_id, moment)
        if person and act:
            found[person].append(act)

    def _people(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.company.table("opportunity_contact_role"):
            if row.contact_id in self.engagement.touches.contacts:
                found[row.opportunity_id].add(self.engagement.individual(row.contact_id, None))  # type: ignore[arg-type]
        for touch in self.engagement.touches.all:
            row = touch.record
            person = self.engagement.individual(row.contact_id, row.lead_id)
            if row.opportunity_id and person:
                found[row.opportunity_id].add(person)
        for row in self.company.table("hand_off"):
            decided = row.decided_at is None or row.decided_at < self.company.end
            if row.opportunity_id and row.decision == "accepted" and decided:
                person = self.engagement.individual(row.contact_id, row.lead_id)
                if person:
                    found[row.opportunity_id].add(person)
        return found

    def _known_on(self) -> dict[str, dt.date]:
        """The first day of any record of an individual."""
        found: dict[str, dt.date] = {}
        touches = self.engagement.touches
        for rows in (touches.contacts.values(), touches.leads.values()):
            for row in rows:
                day = self.company.local_day(row.created_at)
                person = self.engagement.individual(
                    getattr(row, "contact_id", None), getattr(row, "lead_id", None)
                )
                if person and day:
                    found[person] = min(found.get(person, day), day)
        return found

    def touches_of(self, deal: Deal, until: dt.date | None = None) -> list[Act]:
        """Up to the creation; with ``until``, those after it up to that day."""
        before, after = [], []
        created_at = deal.record.created_at
        for person in self.people.get(deal.id, ()):
            for act in self.acts.get(person, ()):
                early = act.instant <= created_at if act.instant else act.day <= deal.created_on
                if early:
                    before.append(act)
                elif until and act.day <= until:
                    after.append(act)
        return sorted(after if until else before, key=lambda act: act[:3])

    def models(self, deal: Deal) -> dict[str, list[tuple[str, float]]]:
        """Model → channels and shares."""
        before = self.touches_of(deal)
        won_on = deal.close_date if deal.state == "won" else None
        after = self.touches_of(deal, won_on) if won_on else []
        known = [
            self.known_on[person]
            for person in self.people.get(deal.id, ())
            if person in self.known_on
        ]
        early = [n for n, act in enumerate(before) if known and act.day <= min(known)]
        first_known = max(early, default=0)
        count = len(before)
        ways: dict[str, Callable[[], Shares]] = {
            "first": lambda: [float(n == 0) for n in range(count)],
            "last": lambda: [float(n == count - 1) for n in range(count)],
            "linear": lambda: [1 / count] * count,
            "u_shaped": lambda: _milestones(count, [0, count - 1], 0.4, 0.2),
            "w_shaped": lambda: _milestones(count, [0, first_known, count - 1], 0.3, 0.1),
            "time_decay": lambda: [
                0.5 ** ((deal.created_on - act.day).days / self.half_life) for act in before
            ],
        }
        shared = {model: _shared(before, way()) if before else [] for model, way in ways.items()}
        path = before + after
        marks = [0, first_known] + ([count - 1] if before else [])
        marks += [len(path) - 1] if won_on and path else []
        shared["full_path"] = (
            _shared(path, _milestones(len(path), marks, 0.225, 0.1)) if path else []
        )
        return {model: shares or [("unattributed", 1.0)] for model, shares in shared.items()}


def _milestones(count: int, marks: list[int], share: float, rest: float) -> Shares:
    """Each milestone its share, twice where it is two; all others the rest in equal parts."""
    others = count - len(set(marks))
    return [
        share * marks.count(place) if place in marks else rest / others for place in range(count)
    ]


def _shared(acts: list[Act], weights: Shares) -> list[tuple[str, float]]:
    total = sum(weights)
    return [(act.channel, weight / total) for act, weight in zip(acts, weights, strict=True)]


def give(company: Company, calendar: Calendar, opinion: Opinion) -> None:
    attribution = Attribution(company)
    window = dt.timedelta(days=company.setting("attribution_days"))
    credited: dict[str, Totals] = defaultdict(lambda: defaultdict(Decimal))
    dark: Totals = defaultdict(int)
    dark_amount: Totals = defaultdict(Decimal)
    amounts: Totals = defaultdict(Decimal)
    cases: Totals = defaultdict(int)
    tracked: Totals = defaultdict(int)
    for deal in Deals(company).all:
        if deal.is_renewal:
            continue
        amount = deal.amount or Decimal(0)
        for model, shares in attribution.models(deal).items():
            for basis, day in (("pipeline", deal.created_on), ("won", deal.close_date)):
                if (basis == "won" and deal.state != "won") or (basis, model) == (
                    "pipeline",
                    "full_path",
                ):
                    continue
                for period in calendar.flow_periods(day):
                    for channel, share in shares:
                        for segment in (WHOLE, ("channel", channel)):
                            credited[f"{basis}_{model}"][period, segment] += Decimal(
                                share * float(amount)
                            ).quantize(SMALLEST)
        is_dark = not any(
            act.channel != "Direct" and deal.created_on - act.day <= window
            for act in attribution.touches_of(deal)
        )
        for period in calendar.flow_periods(deal.created_on):
            key = (period, WHOLE)
            cases[key] += 1
            amounts[key] += amount
            dark[key] += is_dark
            dark_amount[key] += amount if is_dark else Decimal(0)
            tracked[key] += bool(attribution.people.get(deal.id))
    for variant, totals in credited.items():
        opinion.sums(("M07", variant), totals)
    opinion.ratios(("M08", "count"), dark, cases, cases)
    opinion.ratios(("M08", "amount"), dark_amount, amounts, cases)
    opinion.ratios(("M08", "tracking_coverage"), tracked, cases, cases)
