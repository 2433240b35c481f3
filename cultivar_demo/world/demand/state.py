"""What the agents know and remember: people in jobs, accounts, representatives, by position.

Belongs here: the arrays that the months of the simulation read and change. Does not belong here:
what happens. Position = key - 1 everywhere, since keys are dense from 1. A *job* is a row of
``employment``: the unit that is a lead or contact.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cultivar_demo.settings import cutoff
from cultivar_demo.world.demand.campaigns import Campaigns
from cultivar_demo.world.demand.log import NEVER, NONE, Log
from cultivar_demo.world.demand.rates import DAY, FIT_POINTS, NEW
from cultivar_demo.world.demand.working_time import WorkingTime
from cultivar_demo.world.foundation.ownership import covering_spans
from cultivar_demo.world.world import World

PROXY_SHARE = 0.4
"""People whose mail program opens every mail through a privacy proxy."""

LEAVING_DAYS = 40
"""A representative takes nothing new in the days before leaving."""

STEP_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
"""Their square roots are the steps of even draws."""

FUNCTION_INTEREST = {
    "it": 1.0, "operations": 1.0, "finance": 0.8, "security": 0.7, "executive": 0.6,
    "procurement": 0.4, "other": 0.4,
}  # fmt: skip
"""How near the product is to a function's work."""


class State:
    """Arrays by position; see the comments of each block."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.settings = world.settings
        self.log = Log(world.connection)
        self.push_random = self.random("pushes")
        self.first_day = int(np.datetime64(self.settings.first_day).astype(int))
        self.last_day = int(np.datetime64(self.settings.last_day).astype(int))
        self.end = int(np.datetime64(cutoff(self.settings.last_day), "s").astype(np.int64))
        self._load_jobs()
        self._load_accounts()
        self._load_users()
        self._load_owners()
        self.campaigns = Campaigns(self)
        self._load_traits()
        self._start_memory()

    def months(self) -> list[tuple[int, int]]:
        """First and past-the-last instant of each simulated month, cut in UTC."""
        first = np.datetime64(self.settings.first_day, "M")
        edges = (first + np.arange(self.settings.months + 1)).astype("datetime64[s]")
        bounds = edges.astype(np.int64).tolist()
        bounds[-1] = self.end
        return list(pairwise(bounds))

    def random(self, *stream: str | int) -> np.random.Generator:
        """A stream of this step."""
        return self.settings.random("demand", *stream)

    def _load_jobs(self) -> None:
        found = self.world.columns(f"""
            select
                person_id - 1 as person, account_id - 1 as account,
                epoch(started_on)::bigint as start_at,
                coalesce(epoch(ended_on)::bigint, {NEVER}) as end_at,
                function, seniority
            from employment order by employment_id
        """)
        self.job_person, self.job_account = found["person"], found["account"]
        # From noon of the first day until midnight (UTC) of the last one.
        self.job_start, self.job_end = found["start_at"] + DAY // 2, found["end_at"] - DAY // 2
        self.jobs = len(self.job_person)
        names, codes = np.unique(found["function"].astype(str), return_inverse=True)
        self.job_near = np.array([FUNCTION_INTEREST.get(str(name), 0.4) for name in names])[codes]
        self.people = int(self.job_person.max()) + 1
        self._jobs_by_account = np.argsort(self.job_account, kind="stable")

    def _load_accounts(self) -> None:
        found = self.world.columns(f"""
            select
                fit, coalesce(epoch(entered_crm_at)::bigint, {NEVER}) as entered_at,
                territory_id - 1 as territory, region, is_in_sam, time_zone, country
            from account order by account_id
        """)
        self.fit, self.entered_at = found["fit"], found["entered_at"]
        self.territory, self.is_in_sam = found["territory"], found["is_in_sam"].astype(bool)
        self.accounts = len(self.fit)
        # In a list of companies, so without any act of ours or theirs.
        self.listed_at = self.entered_at.copy()
        self._job_counts = np.bincount(self.job_account, minlength=self.accounts)
        self._job_starts = np.cumsum(self._job_counts) - self._job_counts
        # The clock of each account, as that of a user who never works on a weekend.
        self.account_time = WorkingTime(
            found["country"], found["time_zone"], self.first_day, self.last_day
        )
        tiers = self.world.columns(f"""
            select account_id - 1 as account, tier, epoch(valid_from)::bigint as from_at,
                coalesce(epoch(valid_to)::bigint, {NEVER}) as to_at
            from target_list_membership order by all
        """)
        self._tiers = tiers

    def tier(self, at: int) -> np.ndarray:
        """Tier of each account on the target list at an instant; 0: not on it."""
        result = np.zeros(self.accounts, np.int64)
        on = (self._tiers["from_at"] <= at) & (self._tiers["to_at"] > at)
        result[self._tiers["account"][on]] = self._tiers["tier"][on]
        return result

    def _load_users(self) -> None:
        found = self.world.columns(f"""
            select role, region, country, time_zone, epoch(hired_on)::bigint as hired_at,
                coalesce(epoch(left_on)::bigint, {NEVER}) as left_at
            from sales_user order by user_id
        """)
        self.user_role, self.user_region = found["role"].astype(str), found["region"].astype(str)
        # A margin of a day covers every time zone.
        self.hired_at, self.left_at = found["hired_at"] + DAY, found["left_at"] - DAY
        self.user_time = WorkingTime(
            found["country"], found["time_zone"], self.first_day, self.last_day
        )
        self._assignments = self.world.columns(f"""
            select territory_id - 1 as territory, user_id - 1 as user, role,
                epoch(valid_from)::bigint as from_at,
                coalesce(epoch(valid_to)::bigint, {NEVER}) as to_at
            from territory_assignment order by all
        """)
        self._turn = 0

    def is_employed(self, users: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Whether each user is employed at the instant."""
        return (self.hired_at[users] <= at) & (at < self.left_at[users])

    def by_territory(self, territories: np.ndarray, role: str, at: int) -> np.ndarray:
        """A user in ``role`` a territory, in turns; from another territory if there is none.

        Only those who work there at ``at`` and do not leave soon.
        """
        found = self._assignments
        stays = self.left_at[found["user"]] > at + LEAVING_DAYS * DAY
        here = self.hired_at[found["user"]] <= at
        on = (found["role"].astype(str) == role) & (found["from_at"] <= at) & (found["to_at"] > at)
        on &= stays & here
        anyone = np.flatnonzero((self.user_role == role) & (self.hired_at <= at))
        staying = anyone[self.left_at[anyone] > at + LEAVING_DAYS * DAY]
        result = np.full(len(territories), NONE)
        for territory in np.unique(territories):
            users = np.unique(found["user"][on & (found["territory"] == territory)])
            users = users if len(users) else staying
            where = np.flatnonzero(territories == territory)
            if len(users):
                result[where] = users[(self._turn + np.arange(len(where))) % len(users)]
        self._turn += len(territories)
        return result

    def _load_owners(self) -> None:
        # Who owns an account follows from its territory, also before it enters the CRM.
        accounts = np.arange(1, self.accounts + 1)
        begin = np.full(self.accounts, np.datetime64(self.settings.first_day, "s"))
        self._owners = {}
        for role in ("owner", "sdr"):
            spans = covering_spans(self.world, accounts, self.territory + 1, begin, role)
            account = spans["account_id"].to_numpy() - 1
            since = spans["valid_from_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
            user = spans["user_id"].to_numpy() - 1
            self._owners[role] = (account * NEVER + since, account, user)

    def owner(self, accounts: np.ndarray, role: str, at: np.ndarray) -> np.ndarray:
        """The owner (role owner: an ae; or sdr) of each account at an instant, in the CRM or not;
        ``NONE`` if there is none or the user has left.
        """
        keys, account, user = self._owners[role]
        place = np.searchsorted(keys, accounts * NEVER + at, side="right") - 1
        # Before the first span: whoever comes first.
        place = np.where((place < 0) | (account[place] != accounts), place + 1, place)
        found = user[place]
        return np.where(self.is_employed(found, at), found, NONE)

    def stand_in(self, at: np.ndarray) -> np.ndarray:
        """Who holds records at each instant that nobody is there for: operations or a manager."""
        result = np.full(len(at), NONE)
        for role in ("executive", "manager", "operations"):
            for user in np.flatnonzero(self.user_role == role)[::-1].tolist():
                result[self.is_employed(np.full(len(at), user), at)] = user
        return result

    def _load_traits(self) -> None:
        random = self.random("traits")
        self.has_proxy = random.random(self.people) < PROXY_SHARE
        # Interest of a person in a job: the company's fit, the function, and the person.
        own = random.beta(2.0, 3.0, self.jobs)
        mixed = 0.45 * self.fit[self.job_account] + 0.55 * own
        self.interest = np.clip(mixed * (0.55 + 0.45 * self.job_near), 0.02, 0.98)

    def _start_memory(self) -> None:
        def jobs(value: int) -> np.ndarray:
            return np.full(self.jobs, value, np.int64)

        # Of jobs: when it became a lead, a contact; of the lead: status and since when, owner.
        self.lead_at, self.contact_at = jobs(NEVER), jobs(NEVER)
        self.status, self.status_at, self.lead_owner = jobs(NONE), jobs(0), jobs(NONE)
        self.score = np.zeros(self.jobs)
        self.score_shown = np.zeros(self.jobs)
        self.source = jobs(NONE)
        self.review_at = jobs(NEVER)
        self.attempts = jobs(0)
        # Of jobs: the latest span in which a representative works on it, and the end of the one
        # before; marketing keeps silent meanwhile.
        self.busy_from, self.busy_until, self.busy_before = jobs(NEVER), jobs(0), jobs(0)
        self.bounced_at = jobs(NEVER)
        self.opted_out_at = np.full(self.people, NEVER)
        # Of accounts: latest touch, latest accepted hand-off.
        self.touched_at = np.zeros(self.accounts, np.int64)
        self.accepted_at = np.full(self.accounts, -NEVER)
        self.touch_keys = 0
        self._even: dict[str, tuple[int, int]] = {}
        # Leads accepted since the month began: job, sdr, when.
        self.newly_accepted: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.mail_names: list[str] = []
        nothing = np.zeros(0, np.int64)
        self.carried_acts = (nothing, nothing, nothing)
        self.enrollment_keys = 0

    def is_busy(self, jobs: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Whether a representative works on the job at the instant."""
        now = (at >= self.busy_from[jobs]) & (at <= self.busy_until[jobs])
        return now | ((at < self.busy_from[jobs]) & (at <= self.busy_before[jobs]))

    def is_mailable(self, jobs: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Whether mail may go to the job's address at the instant, as far as the tools know."""
        return (at < self.opted_out_at[self.job_person[jobs]]) & (at < self.bounced_at[jobs])

    def known_at(self, jobs: np.ndarray) -> np.ndarray:
        """When the CRM first got each job, as a lead or contact."""
        return np.minimum(self.lead_at[jobs], self.contact_at[jobs])

    def enter_crm(self, accounts: np.ndarray, at: np.ndarray, source: np.ndarray | int) -> None:
        """Note that accounts enter the CRM, as far as they are not there yet; source is a code."""
        source = np.broadcast_to(source, accounts.shape)
        new = self.entered_at[accounts] > at
        self.log.add("entry", account=accounts[new], at=at[new], source=source[new])
        np.minimum.at(self.entered_at, accounts[new], at[new])

    def create_leads(
        self,
        jobs: np.ndarray,
        at: np.ndarray,
        owner: np.ndarray,
        *,
        source: np.ndarray | int,
        campaign: np.ndarray | int,
    ) -> None:
        """Create a lead a job, with status New."""
        self.log.add(
            "lead", job=jobs, at=at, source=source, campaign=campaign, has_contact=(
                self.contact_at[jobs] <= at
            ),
        )  # fmt: skip
        self.lead_at[jobs] = at
        self.source[jobs] = source
        self.score[jobs] += np.rint(FIT_POINTS * self.fit[self.job_account[jobs]])
        self.set_status(jobs, at, NEW, owner=owner)

    def set_owner(self, jobs: np.ndarray, at: np.ndarray, owner: np.ndarray) -> None:
        """Give leads to another owner, where they have a different one (one row a job)."""
        other = (self.lead_owner[jobs] != owner) & (owner != NONE)
        jobs, at, owner = jobs[other], at[other], owner[other]
        self.log.add(
            "lead_event", job=jobs, at=at, status=NONE, owner=owner, reason=NONE,
            review_day=NONE, score=self.score[jobs].astype(np.int64),
        )  # fmt: skip
        self.lead_owner[jobs] = owner

    def even(self, name: str, count: int, random: np.random.Generator) -> np.ndarray:
        """``count`` draws between 0 and 1 that are spread evenly over all calls of a name.

        For what is rare: a share of 5 % comes up once in about twenty, however few there are. Each
        name steps by its own irrational number, so that the draws of two names are unrelated.
        """
        number, done = self._even.setdefault(name, (len(self._even), 0))
        self._even[name] = (number, done + count)
        steps = done + random.permutation(count) + 1
        return (steps * np.sqrt(STEP_PRIMES[number]) + 0.5) % 1.0

    def new_enrollments(self, count: int) -> np.ndarray:
        """Keys of new enrolments."""
        self.enrollment_keys += count
        return np.arange(self.enrollment_keys - count, self.enrollment_keys)

    def jobs_of(self, accounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All jobs of accounts, past and future ones too; and the position of each's account."""
        counts = self._job_counts[accounts]
        place = np.repeat(np.arange(len(accounts)), counts)
        first = np.repeat(self._job_starts[accounts] - np.cumsum(counts) + counts, counts)
        return self._jobs_by_account[first + np.arange(len(place))], place

    def set_status(
        self,
        jobs: np.ndarray,
        at: np.ndarray,
        status: np.ndarray | int,
        *,
        owner: np.ndarray | int = NONE,
        reason: np.ndarray | int = NONE,
        review_day: np.ndarray | int = NONE,
    ) -> None:
        """Set the status of leads (one row a job, not in the past of the lead's status)."""
        status = np.broadcast_to(status, jobs.shape)
        owner = np.broadcast_to(owner, jobs.shape)
        review_day = np.broadcast_to(review_day, jobs.shape)
        self.log.add(
            "lead_event", job=jobs, at=at, status=status, owner=owner, reason=reason,
            review_day=review_day, score=self.score[jobs].astype(np.int64),
        )  # fmt: skip
        self.status[jobs], self.status_at[jobs] = status, at
        self.lead_owner[jobs] = np.where(owner == NONE, self.lead_owner[jobs], owner)
        self.review_at[jobs] = np.where(review_day == NONE, NEVER, review_day * DAY + DAY // 2)
