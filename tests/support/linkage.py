"""How well records were matched: predicted clusters against true ones.

Belongs here: the measures, and who the made company's records truly are. Does not belong here: any
matching.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from cultivar_demo.vendors.identifiers import register_identifiers, salesforce_id
from cultivar_demo.world.world import World
from dagster_project.hygiene.validators import check_domain


@dataclass(frozen=True)
class Quality:
    """Pairwise precision and recall, and the share of records in their cluster's majority."""

    true_pairs: int
    found_pairs: int
    right_pairs: int
    purity: float

    @property
    def precision(self) -> float:
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def quality(con: duckdb.DuckDBPyConnection, records: str) -> Quality:
    """Measure a query with columns ``predicted``, ``truth`` and ``certain``, one row a record.

    Pairs of one ``certain`` cluster, of which the vendor told, are nobody's merit and not counted.
    """
    pairs = "coalesce(sum(n * (n - 1) // 2), 0)"
    counts = {}
    for name, columns in (
        ("found", "predicted"),
        ("true", "truth"),
        ("right", "predicted, truth"),
        ("certain", "certain"),
        ("certain_found", "predicted, certain"),
        ("certain_true", "truth, certain"),
        ("certain_right", "predicted, truth, certain"),
    ):
        row = con.execute(
            f"select {pairs} from (select count(*) as n from ({records}) group by {columns})"
        ).fetchone()
        counts[name] = int(row[0]) if row else 0
    row = con.execute(
        f"select sum(most) / sum(n) from (select max(n) as most, sum(n) as n from ("
        f"select predicted, count(*) as n from ({records}) group by predicted, truth) "
        "group by predicted)"
    ).fetchone()
    return Quality(
        true_pairs=counts["true"] - counts["certain_true"],
        found_pairs=counts["found"] - counts["certain_found"],
        right_pairs=counts["right"] - counts["certain_right"],
        purity=float(row[0]) if row and row[0] is not None else 1.0,
    )


def write_known_domains(con: duckdb.DuckDBPyConnection) -> None:
    """``reference.domain`` for the records behind a gate, as the gate looks them up."""
    hosts = con.execute(
        "select distinct host from (select website_domain as host from gate.account "
        "union all select email_domain from gate.contact "
        "union all select email_domain from gate.lead) where host is not null"
    ).fetchall()
    con.execute("create schema if not exists reference")
    con.execute(
        "create or replace table reference.domain (domain varchar, is_registrable boolean, "
        "registrable_domain varchar, public_suffix varchar)"
    )
    judged = [check_domain(host) for (host,) in hosts]
    if judged:
        con.executemany("insert into reference.domain values (?, ?, ?, ?)", judged)


def write_true_clusters(world: World) -> None:
    """Temporary tables ``true_account`` and ``true_person`` of a world with dirt.

    Columns: ``entity``, ``source_record_id`` (Salesforce's) and ``truth``. A person is somebody in
    one job: who changes the employer gets another address, number and company, and nothing but a
    name is left by which anybody could tell, which must not be enough (G6). ``human`` is the
    person over all jobs.
    """
    con = world.connection
    register_identifiers(con)
    con.execute(
        f"""
        create or replace temp table job as
        select 'contact' as entity, record.contact_id as record_id,
            {salesforce_id("Contact", "record.contact_id")} as source_record_id,
            job.person_id, job.account_id, job.email
        from record.contact as record
        inner join record.employment as job on record.employment_id = job.employment_id
        union all
        select 'lead', record.lead_id, {salesforce_id("Lead", "record.lead_id")},
            job.person_id, job.account_id, job.email
        from record.lead as record
        inner join record.employment as job on record.employment_id = job.employment_id;

        create or replace temp table copy_of as
        select distinct entity, record_id, survivor_record_id from record.duplicate_cluster
        where record_id <> survivor_record_id;

        -- Contacts that became leads again have the contact's name and address.
        create or replace temp table true_person as
        select job.entity, job.source_record_id,
            coalesce(known.person_id, original.person_id, job.person_id) as human,
            coalesce(known.person_id, original.person_id, job.person_id) || '/'
            || coalesce(known.account_id, original.account_id, job.account_id, 0) as truth
        from job
        left join copy_of on job.entity = copy_of.entity and job.record_id = copy_of.record_id
        left join job as original on copy_of.entity = original.entity
            and copy_of.survivor_record_id = original.record_id
        left join (
            select distinct record_id from record.label
            where rule_id = 'P26' and origin = 'planted'
        ) as again on job.entity = 'lead' and job.record_id = again.record_id
        left join (
            select email, min(person_id) as person_id, min(account_id) as account_id
            from job where entity = 'contact' group by email having count(distinct person_id) = 1
        ) as known on again.record_id is not null and job.email = known.email;

        create or replace temp table true_account as
        select 'account' as entity, {salesforce_id("Account", "account.account_id")}
            as source_record_id, coalesce(copy_of.survivor_record_id, account.account_id) as truth
        from record.account as account
        left join copy_of on copy_of.entity = 'account' and account.account_id = copy_of.record_id
        """
    )
