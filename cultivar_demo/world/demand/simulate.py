"""The months of demand, one after the other.

Belongs here: the order of things within a month. Does not belong here: the things. In each month:
new contacts by lists; mails and visits; arrivals and marketing qualification; then the sdrs' work
on inbound leads, on leads put aside, and on new accounts; in the end only the mails are kept that
went to people nobody was working on.
"""

from __future__ import annotations

import numpy as np

from cultivar_demo.world.demand import scoring
from cultivar_demo.world.demand.build import Builder
from cultivar_demo.world.demand.build_marketing import add_mails, add_members, add_visits
from cultivar_demo.world.demand.build_people import (
    add_hand_offs,
    add_people,
    enter_accounts,
    number_deals,
)
from cultivar_demo.world.demand.build_touches import (
    add_awareness,
    add_spells,
    add_touches,
    number_touches,
)
from cultivar_demo.world.demand.build_versions import (
    add_contact_versions,
    add_lead_versions,
    make_activity_days,
    make_flags,
)
from cultivar_demo.world.demand.episode import work_on
from cultivar_demo.world.demand.hand_offs import bring_colleagues
from cultivar_demo.world.demand.inbound import Arrivals, receive
from cultivar_demo.world.demand.log import SCHEMA
from cultivar_demo.world.demand.marketing import MonthOfMail, mailings
from cultivar_demo.world.demand.outbound import contacts_of_entry, prospect, reviews
from cultivar_demo.world.demand.ownership import hand_over
from cultivar_demo.world.demand.sequences import add_sequences
from cultivar_demo.world.demand.state import State
from cultivar_demo.world.demand.website import browse
from cultivar_demo.world.world import World


def simulate(world: World) -> None:
    """Add all tables of demand."""
    add_sequences(world)
    state = State(world)
    planned = mailings(state)
    for month, (start, stop) in enumerate(state.months()):
        _month(state, month, start, stop, [m for m in planned if start <= m.at < stop])
        state.log.spill()
    _build(state)


def _month(state: State, month: int, start: int, stop: int, planned: list) -> None:
    hand_over(state, month, start, stop)
    contacts_of_entry(state, month, start, stop)
    mail = MonthOfMail(state, month, planned)
    visits = browse(state, month, start, stop)
    arrivals = Arrivals(state, month, start, stop)
    acts = [mail.acts(), visits, state.carried_acts]
    crossed = scoring.cross(state, acts, stop, arrivals.job)
    work, taken = receive(state, month, arrivals, crossed)
    work_on(state, work, state.random("inbound work", month))
    work = reviews(state, month, start, stop, taken)
    work_on(state, work, state.random("review work", month))
    taken = np.concatenate([taken, work.job])
    work = prospect(state, month, start, stop, taken)
    work_on(state, work, state.random("outbound work", month))
    bring_colleagues(state, state.random("colleagues", month))
    # Registrations and attendance count with next month's acts.
    state.carried_acts = mail.keep()
    scoring.decay(state)


def _build(state: State) -> None:
    """Make the tables out of the logs; later ones look things up in earlier ones."""
    builder = Builder(state.world, state)
    enter_accounts(builder)
    add_people(builder)
    number_deals(builder)
    number_touches(builder)
    add_spells(builder)
    add_touches(builder)
    add_awareness(builder)
    add_hand_offs(builder)
    make_flags(builder)
    make_activity_days(builder)
    add_lead_versions(builder)
    add_contact_versions(builder)
    add_mails(builder)
    add_visits(builder)
    add_members(builder)
    # ``closing`` needs these two.
    for name in builder.made():
        if name not in ("contact_of", "flag_of"):
            builder.run(f"drop table {SCHEMA}.{name}")
