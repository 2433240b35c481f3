"""What representatives type into deals besides the stage: dates, amounts, forecasts, next steps.

Belongs here: edits as sparse events (NULL: not touched), by deal and instant. Does not belong here:
stages (``stage_paths``), whole records (``deal_versions``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cultivar_demo.constants import STAGES
from cultivar_demo.world.business.arrays import choose, day_count, nullable, repeat, take
from cultivar_demo.world.business.staff import Staff
from cultivar_demo.world.business.stage_paths import EXPECTED_DAYS, LOST_STAGE, WON_STAGE
from cultivar_demo.world.clock import fiscal_quarter

OFFER_STAGE = 4
"""From this stage on an offer has been made."""
CATEGORIES = ("omitted", "pipeline", "best_case", "commit", "closed")
NO_AMOUNT_SHARE = 0.35
"""Deals that begin without an amount."""
ESTIMATE_SPREAD = 0.35
"""Sigma of the lognormal of early amounts around what is offered in the end."""
AMOUNT_CHANGE_CHANCE = 0.35
"""At a new stage before the offer; half of that between stages."""
LINES_SHARE = 0.9
"""Offers written down as lines."""
PROBABILITY_EDIT_CHANCE = 0.12
CATEGORY_EDIT_CHANCE = 0.10
"""Edits against the stage's value."""
SLOPPY_SHARE = 0.22
"""Representatives who keep neither dates nor next steps."""
EDIT_EVERY_DAYS = 11.0
"""A diligent representative edits a deal as often as this."""
MOST_EDITS = 5
"""Between two stages."""
PUSH_CHANCE, SLOPPY_PUSH_CHANCE = 0.8, 0.35
"""A close date that cannot be held is moved, in time or soon after."""
PUSH_ROUNDS = 8
LONG_PUSH_SHARE = 0.12
"""Of pushes: by more than a quarter."""
NOTORIOUS_SHARE = 0.05
"""Of deals that take long: promised for every next month, and pushed each time."""
NOTORIOUS_DAYS = 95
"""From this on a deal takes long."""
MONTH_END_SHARE, QUARTER_END_SHARE = 0.4, 0.2
"""Close dates set to the end of a month, of a fiscal quarter."""
DELETED_SHARE = 0.02
"""Lost deals that are deleted in the CRM."""
QUALIFICATION_FIELDS = 9

NEXT_STEPS = {
    1: ("Hold first meeting", "Send agenda", "Confirm attendees"),
    2: ("Discovery call with data team", "Send discovery summary", "Map current reporting"),
    3: ("Agree scope document", "Workshop on requirements", "List data sources"),
    4: ("Meet economic buyer", "Send business case draft", "Present offer"),
    5: ("Kick off proof of value", "Review proof of value results", "Connect data warehouse"),
    6: ("Finish security questionnaire", "Present return on investment", "Budget approval"),
    7: ("Redline contract", "Procurement call", "Send order form for signature"),
}
_STEPS = [text for texts in NEXT_STEPS.values() for text in texts]
NO_STEP = ""
"""Written into an event: the next step is emptied."""

_PROBABILITY = np.zeros(max(LOST_STAGE, WON_STAGE) + 1)
_CATEGORY = np.zeros(len(_PROBABILITY), dtype=np.int64)
for _stage in STAGES:
    _PROBABILITY[_stage.order] = _stage.probability
    _CATEGORY[_stage.order] = CATEGORIES.index(_stage.forecast_category)


class Edits:
    """Makes the events for all deals.

    Args:
        random: stream.
        staff: clocks.
        deals: columns of ``draft.deal`` in order of opportunity_id, as NumPy arrays.
        events: columns of ``draft.stage_event`` in order of deal and time, with ``deal``: the
            position in ``deals``.
        last_day: last simulated day.
    """

    def __init__(
        self,
        random: np.random.Generator,
        staff: Staff,
        deals: dict[str, np.ndarray],
        events: dict[str, np.ndarray],
        last_day: np.datetime64,
    ) -> None:
        self.random, self.staff, self.last_day = random, staff, last_day
        self.deals, self.events = deals, events
        self.count = len(deals["opportunity_id"])
        self.owner = deals["owner_user_id"]
        # Sloppiness is the representative's, not the deal's.
        users = random.random(len(staff.role)) < SLOPPY_SHARE
        self.sloppy = users[self.owner]
        deal = events["deal"]
        self.is_first = np.r_[True, deal[1:] != deal[:-1]]
        is_last = np.r_[deal[1:] != deal[:-1], True]
        self.next_at = np.where(
            is_last, np.datetime64("2200-01-01", "s"), np.r_[events["at"][1:], events["at"][:1]]
        )
        self.is_open = events["stage_order"] < WON_STAGE
        # Whether an offer had been made by then; going back a stage does not take it back.
        offers = np.cumsum(self.is_open & (events["stage_order"] >= OFFER_STAGE))
        before = np.maximum.accumulate(
            np.where(
                self.is_first, offers - (self.is_open & (events["stage_order"] >= OFFER_STAGE)), 0
            )
        )
        self.is_offered = offers > before
        self.has_lines = random.random(self.count) < LINES_SHARE

    def all(self) -> list[pa.Table]:
        """Tables of events, each with the columns that it touches."""
        return [
            self._at_stages(), self._between_stages(), *self._close_dates(), self._deletions()
        ]  # fmt: skip

    # ---------------------------------------------------------------------------- at stages
    def _at_stages(self) -> pa.Table:
        random, events = self.random, self.events
        deal, stage = events["deal"], events["stage_order"]
        size = len(deal)
        amount = self._stage_amounts()
        draws = random.random((4, size))
        probability, category = self._forecast(stage, draws[0], draws[1])
        step_on = events["at"].astype("datetime64[D]") + day_count(random.integers(2, 22, size))
        careless = self.sloppy[deal] & (draws[2] < 0.6)
        forgets = (draws[2] < 0.06) | careless
        step = self._steps(stage, draws[3])
        # Some leave the old step standing (stale), others have none from the start.
        step = np.where(forgets & self.is_first, -2, np.where(forgets, -1, step))
        gain = np.where(self.is_first, random.integers(2, 8, size), random.integers(0, 3, size))
        business = np.where(self.is_open, np.datetime64("NaT", "D"), events["business_day"])
        reopened = self.is_open & ~self.is_first & np.r_[False, ~self.is_open[:-1]]
        soon = events["at"].astype("datetime64[D]") + day_count(random.integers(14, 60, size))
        business = np.where(reopened, soon, business)
        is_step = self.is_open & (step >= 0)
        return pa.table(
            {
                "opportunity_id": self.deals["opportunity_id"][deal],
                "at": events["at"].astype("datetime64[us]"),
                "stage_order": stage,
                "amount_cents": nullable(amount, amount < 0),
                "close_date": nullable(business, np.isnat(business)),
                "probability": probability,
                "forecast_category": take(CATEGORIES, category),
                "next_step": _texts(np.where(self.is_open, step, -2)),
                "next_step_on": nullable(step_on, ~is_step),
                "qualification_gain": gain,
                "change_reason": pa.array(events["change_reason"], pa.string()),
                "is_stage": np.ones(size, dtype=bool),
            }
        )

    def _stage_amounts(self) -> np.ndarray:
        """Amount typed at each stage event, cents; -1: not touched."""
        random, events = self.random, self.events
        deal, stage = events["deal"], events["stage_order"]
        size = len(deal)
        value = self.deals["value_cents"][deal]
        draws = random.random((2, size))
        estimate = _rounded(value * np.exp(ESTIMATE_SPREAD * random.standard_normal(size)))
        is_offer = self.is_offered & self.is_open
        early = self.is_open & ~self.is_offered
        amount = np.where(early & (draws[0] < AMOUNT_CHANGE_CHANCE), estimate, -1)
        # The first stage: some leave the amount empty; then it comes with the next one.
        begins = self.is_first & early
        empty = begins & (stage <= 2) & (draws[1] < NO_AMOUNT_SHARE)
        amount = np.where(begins, np.where(empty, -1, estimate), amount)
        follows_empty = np.r_[False, empty[:-1]] & early & ~self.is_first
        amount = np.where(follows_empty & (draws[1] < 0.7), estimate, amount)
        exact = is_offer & self.has_lines[deal]
        loose = is_offer & ~self.has_lines[deal] & (draws[0] < 0.6)
        amount = np.where(exact, value, np.where(loose, estimate, amount))
        return np.where(stage == WON_STAGE, value, amount).astype(np.int64)

    def _forecast(
        self, stage: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Probability and category by stage, some of them overruled."""
        is_open = stage < WON_STAGE
        given = _PROBABILITY[stage]
        shift = np.array([-0.15, -0.1, -0.05, 0.05, 0.1, 0.15])
        edit = shift[(first / PROBABILITY_EDIT_CHANCE * len(shift)).astype(np.int64) % len(shift)]
        edited = is_open & (first < PROBABILITY_EDIT_CHANCE)
        probability = np.where(edited, np.clip(np.round(given + edit, 2), 0.01, 0.95), given)
        category = _CATEGORY[stage]
        overruled = is_open & (second < CATEGORY_EDIT_CHANCE)
        other = np.where(
            second < CATEGORY_EDIT_CHANCE * 0.4,
            np.minimum(category + 1, 3),
            np.where(second < CATEGORY_EDIT_CHANCE * 0.8, np.maximum(category - 1, 1), 0),
        )
        return probability, np.where(overruled, other, category)

    def _steps(self, stage: np.ndarray, draws: np.ndarray) -> np.ndarray:
        open_stage = np.where(stage < WON_STAGE, stage, 1)
        return (open_stage - 1) * 3 + (draws * 3).astype(np.int64)

    # ----------------------------------------------------------------------- between stages
    def _between_stages(self) -> pa.Table:
        random, events = self.random, self.events
        began = events["at"].astype("datetime64[D]")
        until = np.minimum(self.next_at, np.datetime64(self.last_day + 1, "s"))
        length = (until.astype("datetime64[D]") - began).astype(np.int64)
        expected = EXPECTED_DAYS[np.where(self.is_open, events["stage_order"], 1)]
        # Nobody edits a deal for long that does not move.
        active = np.minimum(length, 2 * expected + 10)
        rate = np.where(self.sloppy[events["deal"]], 0.35, 1.0) * active / EDIT_EVERY_DAYS
        number = np.minimum(random.poisson(np.maximum(rate, 0)), MOST_EDITS)
        row, _ = repeat(np.where(self.is_open & (length > 2), number, 0))
        size = len(row)
        deal, stage = events["deal"][row], events["stage_order"][row]
        day = began[row] + day_count(1 + (active[row] - 2) * random.random(size))
        at = self.staff.working_stamps(random, day, self.owner[deal])
        keep = (at < self.next_at[row]) & (at > events["at"][row])
        row, deal, stage, at = row[keep], deal[keep], stage[keep], at[keep]
        size = len(row)
        draws = random.random((4, size))
        # Edits go against the stage's value here, or back to it.
        probability, category = self._forecast(stage, draws[0] * 0.5, draws[1] * 0.4)
        touches_probability = draws[0] < 0.2
        touches_category = draws[1] < 0.15
        value = self.deals["value_cents"][deal]
        estimate = _rounded(value * np.exp(ESTIMATE_SPREAD * random.standard_normal(size)))
        changes = (draws[2] < AMOUNT_CHANGE_CHANCE / 2) & ~self.is_offered[row]
        step_on = at.astype("datetime64[D]") + day_count(random.integers(3, 22, size))
        has_step = draws[3] < 0.85
        step = np.where(has_step, self._steps(stage, random.random(size)), -1)
        return pa.table(
            {
                "opportunity_id": self.deals["opportunity_id"][deal],
                "at": at.astype("datetime64[us]"),
                "amount_cents": nullable(estimate, ~changes),
                "probability": nullable(probability, ~touches_probability),
                "forecast_category": take(CATEGORIES, np.where(touches_category, category, -1)),
                "next_step": _texts(step),
                "next_step_on": nullable(step_on, ~has_step),
                "qualification_gain": np.where(draws[3] < 0.3, 1, 0),
            }
        )

    # -------------------------------------------------------------------------- close dates
    def _close_dates(self) -> list[pa.Table]:
        random, deals = self.random, self.deals
        created = deals["created_at"].astype("datetime64[D]")
        first_stage = self.events["stage_order"][self.is_first]
        ahead = np.concatenate([np.cumsum(EXPECTED_DAYS[::-1])[::-1], [0]])[first_stage]
        guess = np.maximum(ahead * np.exp(0.45 * random.standard_normal(self.count)), 7) * 0.75
        due = np.where(
            np.isnat(deals["due_on"]),
            self._rounded_days(created + day_count(guess)),
            deals["due_on"],
        )
        due = np.maximum(due, created + 3)
        is_end = ~self.is_open
        end = np.full(self.count, np.datetime64("2200-01-01", "s"))
        # The first end counts: later ones belong to reopened deals, which are pushed no more.
        order = np.flatnonzero(is_end)[::-1]
        end[self.events["deal"][order]] = self.events["at"][order]
        last_move = np.zeros(self.count, dtype="datetime64[s]")
        np.maximum.at(last_move, self.events["deal"], self.events["at"])
        forgotten = end > np.datetime64("2199-01-01", "s")
        stop = np.where(forgotten, last_move + np.timedelta64(35, "D"), end).astype("datetime64[D]")
        visible = np.minimum(stop, self.last_day)
        long = (visible - created) >= np.timedelta64(NOTORIOUS_DAYS, "D")
        notorious = choose(random, long & np.isnat(deals["due_on"]), NOTORIOUS_SHARE)
        due = np.where(notorious, created + day_count(random.integers(12, 24, self.count)), due)
        tables = [self._close_table(np.arange(self.count), deals["created_at"], due)]
        chance = np.where(self.sloppy, SLOPPY_PUSH_CHANCE, PUSH_CHANCE)
        chance = np.where(notorious, 1.0, chance)
        for _ in range(PUSH_ROUNDS):
            held = due >= stop
            draws = random.random((3, self.count))
            pushes = ~held & (draws[0] < chance)
            # Mostly before it is due, sometimes well after.
            shift = np.where(
                draws[1] < 0.7,
                random.integers(-7, 1, self.count),
                random.integers(2, 40, self.count),
            )
            shift = np.where(notorious, 0, shift)
            day = np.maximum(due + day_count(shift), created + 2)
            where = np.flatnonzero(pushes & (day < stop) & (day <= self.last_day))
            at = self.staff.working_stamps(random, day[where], self.owner[where])
            inside = at < end[where]
            where, at = where[inside], at[inside]
            move = np.where(
                draws[2] < LONG_PUSH_SHARE,
                random.integers(95, 190, self.count),
                random.integers(9, 62, self.count),
            )
            move = np.where(notorious, random.integers(10, 22, self.count), move)
            later = np.maximum(due, day) + day_count(move)
            snapped = np.maximum(self._rounded_days(later), due + 5)
            snapped = np.where(notorious, later, snapped)
            due = np.where(np.isin(np.arange(self.count), where), snapped, due)
            tables.append(self._close_table(where, at, due[where]))
        return tables

    def _rounded_days(self, days: np.ndarray) -> np.ndarray:
        """Some days moved to the end of their month or fiscal quarter."""
        draws = self.random.random(len(days))
        month_end = (days.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
        start, length = fiscal_quarter(days)
        quarter_end = start + day_count(length) - 1
        return np.select(
            [draws < MONTH_END_SHARE, draws < MONTH_END_SHARE + QUARTER_END_SHARE],
            [month_end, quarter_end],
            days,
        )

    def _close_table(self, deal: np.ndarray, at: np.ndarray, due: np.ndarray) -> pa.Table:
        return pa.table(
            {
                "opportunity_id": self.deals["opportunity_id"][deal],
                "at": at.astype("datetime64[us]"),
                "close_date": due,
            }
        )

    # ---------------------------------------------------------------------------- deletions
    def _deletions(self) -> pa.Table:
        random = self.random
        last_at = np.zeros(self.count, dtype="datetime64[s]")
        np.maximum.at(last_at, self.events["deal"], self.events["at"])
        early = last_at < self.last_day - np.timedelta64(60, "D")
        is_new = np.isnat(self.deals["due_on"])
        lost = ~self.deals["is_won"] & ~np.isnat(self.deals["closed_at"])
        deleted = choose(random, lost & is_new & early, DELETED_SHARE)
        where = np.flatnonzero(deleted)
        day = last_at[where].astype("datetime64[D]") + day_count(random.integers(2, 50, len(where)))
        at = self.staff.working_stamps(random, day, self.owner[where])
        return pa.table(
            {
                "opportunity_id": self.deals["opportunity_id"][where],
                "at": at.astype("datetime64[us]"),
                "is_deleted": np.ones(len(where), dtype=bool),
            }
        )


def _rounded(cents: np.ndarray) -> np.ndarray:
    """Amounts as people guess them: hundreds, thousands."""
    unit = np.where(cents >= 2_000_000, 100_000, 10_000)
    return (np.maximum(np.rint(cents / unit), 1) * unit).astype(np.int64)


def _texts(step: np.ndarray) -> pa.Array:
    """Next steps by number; NULL (untouched) for -1, emptied for -2."""
    return take([*_STEPS, NO_STEP], np.where(step == -2, len(_STEPS), step))
