"""Great Expectations on DuckDB: datasource, execution engine, and the rule expectation.

Belongs here: what Great Expectations lacks to run on DuckDB by SQL. It imports Great
Expectations, so only code that runs the gate imports this module.

It leans on two private points of Great Expectations, each covered by a contract test for every
expectation type in use: the choice of regular-expression SQL by an attribute of
``dialect_module``, and ``get_connection`` as the one place where connections come from.
"""

from __future__ import annotations

import os

# Must be set before Great Expectations is imported: it reads the setting once.
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import builtins
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from great_expectations.compatibility.typing_extensions import override
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.datasource.fluent.config_str import ConfigStr
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.execution_engine import MetricComputationConfiguration
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial, metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfigurationID

from dagster_project.hygiene import rules, sql
from dagster_project.hygiene.placeholders import bind
from dagster_project.hygiene.session import session_settings
from dagster_project.hygiene.terms import CountedTerms

#: What Great Expectations looks up on ``dialect_module``. ``DremioDialect`` makes it spell
#: regular expressions ``regexp_matches``, which is DuckDB's spelling too; the rest maps type
#: names to what the dialect reflects.
_DUCKDB_DIALECT = ModuleType("duckdb_dialect")
vars(_DUCKDB_DIALECT).update(
    DremioDialect=True,
    BIGINT=sa.BIGINT,
    BOOLEAN=sa.BOOLEAN,
    DATE=sa.DATE,
    DECIMAL=sa.Numeric,
    DOUBLE=sa.Float,
    FLOAT=sa.Float,
    INTEGER=sa.INTEGER,
    NUMERIC=sa.Numeric,
    TIMESTAMP=sa.TIMESTAMP,
    VARCHAR=sa.String,
)


@dataclass(frozen=True)
class BatchTerms:
    """What a rule asks of every record of a batch."""

    relation: str
    terms: CountedTerms


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs metrics as SQL on one DuckDB connection that lives as long as the engine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialect_module = _DUCKDB_DIALECT  # type: ignore[assignment]

    @override
    @contextmanager
    def get_connection(self) -> Generator[sa.Connection, None, None]:
        """The one connection: the parent would close it before its results are fetched."""
        if self._connection is None:
            self._connection = self.engine.connect()
            for statement in session_settings():
                self._connection.exec_driver_sql(statement)
        yield self._connection

    @override
    def resolve_metric_bundle(
        self, metric_fn_bundle: Iterable[MetricComputationConfiguration]
    ) -> dict[MetricConfigurationID, Any]:
        """All rules of a batch that need the same joins in one statement.

        The parent knows no joins. Rules with different ones are asked apart: a join copies all
        columns that anything after it reads.
        """
        together: dict[
            tuple[str, frozenset[str]], list[tuple[MetricConfigurationID, CountedTerms]]
        ] = {}
        others: list[MetricComputationConfiguration] = []
        for metric in metric_fn_bundle:
            asked: object = metric.metric_fn
            if isinstance(asked, BatchTerms):
                together.setdefault((asked.relation, frozenset(asked.terms.joins)), []).append(
                    (metric.metric_configuration.id, asked.terms)
                )
            else:
                others.append(metric)
        resolved = super().resolve_metric_bundle(others) if others else {}
        for (relation, _), metrics in together.items():
            statement = sql.counts_sql([terms for _, terms in metrics], relation)
            with self.get_connection() as connection:
                counts = connection.exec_driver_sql(statement).one()
            for place, (metric_id, _) in enumerate(metrics):
                resolved[metric_id] = _counted(*counts[3 * place : 3 * place + 3])
        return resolved

    @override
    def close(self) -> None:
        """Close the connection and release the file's lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


class DuckDBDatasource(SQLDatasource):
    """A DuckDB file as a datasource: ``type: duckdb`` in great_expectations.yml.

    Importing this module registers it, and so adds ``context.data_sources.add_or_update_duckdb``.
    """

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    connection_string: ConfigStr | str
    schema_name: str | None = None

    @property
    @override
    def schema_(self) -> str | None:
        """The schema of the datasource's table assets."""
        return self.schema_name

    @property
    @override
    def execution_engine_type(self) -> builtins.type[DuckDBExecutionEngine]:
        """The engine of this datasource."""
        return DuckDBExecutionEngine

    @classmethod
    @override
    def _get_exec_engine_excludes(cls) -> set[str]:
        return {*super()._get_exec_engine_excludes(), "schema_name"}

    def close(self) -> None:
        """Release the file: the execution engine's connection and the datasource's own pool."""
        if self._execution_engine is not None:
            self._execution_engine.close()
        if self._engine is not None:
            self._engine.dispose()


class RecordRuleCounts(TableMetricProvider):
    """Findings, failing records and records in scope of a rule about single records.

    An aggregate: the engine asks those of a batch's rules that need the same joins together.
    """

    metric_name = "hygiene_rule.record_counts"
    value_keys = ("joins", "applicable_when", "findings", "entry_count", "rule_parameters")

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls,  # noqa: N805  # the decorator turns it into a class method
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> tuple[BatchTerms, dict[str, Any], dict[str, Any]]:
        batch, compute_domain, accessor_domain = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        relation = _relation(execution_engine, batch)

        def bound(template: str) -> str:
            return bind(template.format(batch=relation), metric_value_kwargs["rule_parameters"])

        terms = BatchTerms(
            relation,
            CountedTerms(
                tuple(bound(join) for join in metric_value_kwargs["joins"]),
                bound(metric_value_kwargs["applicable_when"]),
                tuple(tuple(map(bound, finding)) for finding in metric_value_kwargs["findings"]),
                bound(metric_value_kwargs["entry_count"])
                if metric_value_kwargs["entry_count"]
                else None,
            ),
        )
        return terms, compute_domain, accessor_domain


class KeyRuleCounts(QueryMetricProvider):
    """Findings, failing records and records in scope of a rule about the key: its own statement."""

    metric_name = "hygiene_rule.key_counts"
    value_keys = ("unexpected_rows_query", "rule_parameters")
    query_param_name: ClassVar[str] = "unexpected_rows_query"

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805  # the decorator turns it into a class method
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> dict[str, int]:
        batch, _, _ = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        relation = _relation(execution_engine, batch)
        repeated = bind(
            metric_value_kwargs["unexpected_rows_query"].format(batch=relation),
            metric_value_kwargs["rule_parameters"],
        )
        # Not sa.text: a literal may hold a colon, which that would take for a parameter.
        statement = (
            f"select count(*), (select count(*) from {relation} as record) "
            f"from (\n{repeated}\n) as repeated"
        )
        with execution_engine.get_connection() as connection:
            keys, rows = connection.exec_driver_sql(statement).one()
        return _counted(keys, keys, rows)


class _RuleExpectation(BatchExpectation):
    """A hygiene rule: no record breaks it, or a tolerated share of the records.

    Only counts leave the database. Failing rows are listed by the rule's own statement, in
    ``hygiene.finding``; so no value, personal or not, enters a result or a Data Docs page.
    """

    rule_parameters: dict[str, str]
    #: Records in scope below which a tolerated rule never fails.
    minimum_rows: int | dict[str, str] = 0
    #: The rule holds while fewer than this share of the records in scope break it.
    tolerated_share: float | dict[str, str] = 0.0

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)

    @override
    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        counts = metrics[self.metric_dependencies[0]]
        kwargs = self._get_success_kwargs()
        return {
            "success": rules.is_tolerated(
                counts["failed_rows"],
                counts["applicable_rows"],
                kwargs["tolerated_share"],
                kwargs["minimum_rows"],
            ),
            "result": {"observed_value": counts["findings"], "details": counts},
        }


class ExpectRecordsToFollowRule(_RuleExpectation):
    """A rule about single records, as expressions over ``record`` and over joins."""

    joins: list[str]
    applicable_when: str
    #: What each finding is: a record meets any one of these conditions.
    findings: list[list[str]]
    #: How many findings a record that meets the only one counts for, where it is not one.
    entry_count: str | None = None

    expectation_type: ClassVar[str] = "expect_records_to_follow_rule"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("hygiene_rule.record_counts",)
    success_keys: ClassVar[tuple[str, ...]] = (
        "joins",
        "applicable_when",
        "findings",
        "entry_count",
        "rule_parameters",
        "minimum_rows",
        "tolerated_share",
    )


class ExpectKeyToIdentifyRecords(_RuleExpectation):
    """The rule about the key: a statement that gives each key that is missing or not unique."""

    unexpected_rows_query: str

    expectation_type: ClassVar[str] = "expect_key_to_identify_records"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("hygiene_rule.key_counts",)
    success_keys: ClassVar[tuple[str, ...]] = (
        "unexpected_rows_query",
        "rule_parameters",
        "minimum_rows",
        "tolerated_share",
    )


def _relation(engine: SqlAlchemyExecutionEngine, batch: Any) -> str:
    """The batch as SQL: always in brackets and without an alias, for rules name it ``record``."""
    relation = str(
        batch.compile(dialect=engine.engine.dialect, compile_kwargs={"literal_binds": True})
    )
    return relation if isinstance(batch, sa.Table) else f"({relation})"


def _counted(findings: int, failed_rows: int, applicable_rows: int) -> dict[str, int]:
    return {
        "findings": int(findings),
        "failed_rows": int(failed_rows),
        "applicable_rows": int(applicable_rows),
    }
