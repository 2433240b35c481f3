"""What a vendor delivers at the end of a day: everything so far, or what changed since a night.

Belongs here: reading schema ``record`` as of a cutoff, late arrivals, and tables that are prepared
once a world. Does not belong here: any vendor's names, ids or formats.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from cultivar_demo.schema import TABLES
from cultivar_demo.settings import Settings, cutoff
from cultivar_demo.vendors.clocks import ALWAYS, CLOCKS, VERSIONS, instant_of
from cultivar_demo.vendors.identifiers import register_identifiers
from cultivar_demo.world.world import World


class Delivery:
    """The records at the end of ``day``; with ``since``, only those new or changed after that day.

    Attributes:
        world: whose records they are.
        connection: database with schemas ``record`` (to be read) and ``vendor`` (``prepare``).
        settings: knobs of the world.
        day: the last day that is known.
        since: day of the previous delivery; None: everything up to ``day``.
        is_full: whether this is everything.
        until_at: instant (UTC, without offset) up to which things are known, inclusive.
        from_at: instant after which they count as changed; the beginning of time when full.
    """

    def __init__(self, world: World, day: dt.date, since: dt.date | None = None) -> None:
        if since is not None and since >= day:
            raise ValueError(f"since is {since}, day {day}; since must be an earlier day")
        self.world = world
        self.connection: duckdb.DuckDBPyConnection = world.connection
        self.settings: Settings = world.settings
        self.day = day
        self.since = since
        self.is_full = since is None
        self.until_at = cutoff(day)
        self.from_at = dt.datetime(1900, 1, 1) if since is None else cutoff(since)
        self.until = f"timestamp '{self.until_at}'"
        """SQL literal of ``until_at``."""
        self.start = f"timestamp '{self.from_at}'"
        """SQL literal of ``from_at``."""
        self.connection.execute("create schema if not exists vendor")
        register_identifiers(self.connection, for_many_rows=self.is_full)
        self._late_tables = self._find_late_tables()

    # ------------------------------------------------------------------------------- relations
    def current(self, table: str, key: str | None = None, *, whole: bool = False) -> str:
        """SQL (in brackets) for the records of a ``_version`` table as last seen by the cutoff.

        Columns: those of ``table``, ``created_at`` (first version) and ``modified_at`` (the one
        shown, which ``version_at`` repeats), ``came_late`` (``late``). Only records that changed
        since the last delivery, unless ``whole``.
        """
        key = key or VERSIONS[table]
        stamps = f"""(
            select {key}, min(version_at) as created_at, max(version_at) as modified_at
            from record.{table} where version_at <= {self.until} group by {key}
        )"""
        late, is_here, came_late = self.late(table, "stamps", key)
        since = "" if whole else f"and (stamps.modified_at > {self.start} or {came_late})"
        return f"""(
            select version.*, stamps.created_at, stamps.modified_at, {came_late} as came_late
            from record.{table} as version
            join {stamps} as stamps
                on version.{key} = stamps.{key} and version.version_at = stamps.modified_at
            {late}
            where {is_here} {since}
        )"""

    def happened(self, table: str, at: str | None = None, *, whole: bool = False) -> str:
        """SQL (in brackets) for the rows of a table without versions, as known at the cutoff.

        Columns: those of ``table``, each NULL as long as it was unknown, and ``modified_at``: the
        latest instant up to the cutoff at which the row began or changed; ``came_late``. Only rows
        that are new or changed since the last delivery, unless ``whole``. ``at`` overrides the
        column with which a row begins; it is rarely needed.
        """
        clock = CLOCKS[table]
        begins = at or clock.begins
        source = self._campaign_so_far() if table == "campaign" else f"record.{table}"
        later = dict(clock.later)
        if table == "campaign":
            later["cost_posted_at"] = ()
        unknown = {
            column: f"({instant}) > {self.until}"
            for instant, columns in later.items()
            for column in columns
        }
        columns = ", ".join(
            f"case when {unknown[column]} then null else {column} end as {column}"
            if column in unknown
            else column
            for column in TABLES[table].columns
        )
        changes = "".join(
            f", case when ({instant}) <= {self.until} then ({instant}) end" for instant in later
        )
        late, is_here, came_late = self.late(table, "seen", clock.key)
        since = "" if whole else f"and (seen.modified_at > {self.start} or {came_late})"
        return f"""(
            select seen.*, {came_late} as came_late from (
                select {columns}, greatest({begins}{changes}) as modified_at
                from {source} where ({begins}) <= {self.until}
            ) as seen
            {late}
            where {is_here} {since}
        )"""

    def changes(self, table: str, key: str | None = None) -> str:
        """SQL (in brackets) for the versions within the delivery, each with its number from 1.

        Columns: those of ``table`` and ``version_number``, which is unique over all records of
        the table and never changes.
        """
        key = key or VERSIONS[table]
        numbered = self.prepare(
            f"numbered_{table}",
            f"""
            select *, row_number() over (order by version_at, {key}) as version_number
            from record.{table}
            """,
        )
        late, is_here, came_late = self.late(table, "version", key)
        return f"""(
            select version.* from {numbered} as version
            {late}
            where version.version_at <= {self.until} and {is_here}
                and (version.version_at > {self.start} or {came_late})
        )"""

    # ----------------------------------------------------------------------------------- tools
    def prepare(self, name: str, query: str) -> str:
        """Make table ``vendor.<name>`` from ``query`` unless it is there; returns its name.

        For what is the same on every night, such as the numbering of changes. Prepared tables
        hold the future: filter them by the cutoff.
        """
        with self.world.preparing:
            self.connection.execute(f"create table if not exists vendor.{name} as {query}")
        return f"vendor.{name}"

    def is_within(self, instant: str) -> str:
        """SQL: ``instant`` lies after the last delivery and not after the cutoff."""
        return f"({instant} > {self.start} and {instant} <= {self.until})"

    def is_due(self, alias: str, modified_at: str) -> str:
        """SQL: the row belongs in this delivery, where a writer has a later stamp of its own.

        ``alias`` names a ``whole`` relation, ``modified_at`` the stamp.
        """
        return f"({modified_at} > {self.start} or {alias}.came_late)"

    def late(self, table: str, alias: str, key: str) -> tuple[str, str, str]:
        """A join to the late arrivals of ``table``, whether the row is here, whether it came late.

        A late record is invisible until its day, and part of the delivery of that day however old
        its stamps are. A late record is late with all its versions.
        """
        base = table.removesuffix("_version")
        if not key or not {table, base} & set(self._late_tables):
            return "", "true", "false"
        names = f"'{table}', '{base}'"
        join = f"""
            left join (
                select cast(record_id as varchar) as late_key, max(delivered_on) as delivered_on
                from record.late_arrival where table_name in ({names}) group by 1
            ) as late on cast({alias}.{key} as varchar) = late.late_key
        """
        since = "date '1900-01-01'" if self.since is None else f"date '{self.since}'"
        is_here = f"(late.delivered_on is null or late.delivered_on <= date '{self.day}')"
        return join, is_here, f"coalesce(late.delivered_on > {since}, false)"

    def _find_late_tables(self) -> tuple[str, ...]:
        query = """
            select 1 from duckdb_columns()
            where schema_name = 'record' and table_name = 'late_arrival' limit 1
        """
        if self.connection.execute(query).fetchone() is None:
            return ()
        names = "select distinct table_name from record.late_arrival order by table_name"
        return tuple(name for (name,) in self.connection.execute(names).fetchall())

    def _campaign_so_far(self) -> str:
        """Campaigns with the cost posted up to the cutoff instead of the cost in the end."""
        posted = instant_of("max(day)", 23.5)
        return f"""(
            select campaign.* replace (
                    case
                        when campaign.actual_cost_usd is null or cost.campaign_id is null
                            or cost.last_day <= date '{self.day}'
                        then campaign.actual_cost_usd
                        else coalesce(so_far.cost_usd, 0)
                    end as actual_cost_usd
                ),
                coalesce(so_far.posted_at, {ALWAYS}) as cost_posted_at
            from record.campaign
            left join (
                select campaign_id, max(day) as last_day from record.campaign_cost_day group by 1
            ) as cost on campaign.campaign_id = cost.campaign_id
            left join (
                select campaign_id, cast(sum(cost_usd) as decimal(18, 2)) as cost_usd,
                    {posted} as posted_at
                from record.campaign_cost_day where day <= date '{self.day}' group by 1
            ) as so_far on campaign.campaign_id = so_far.campaign_id
        )"""
