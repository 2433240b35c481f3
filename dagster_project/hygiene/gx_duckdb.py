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
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from great_expectations.compatibility.typing_extensions import override
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.datasource.fluent.config_str import ConfigStr
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider

from dagster_project.hygiene import rules
from dagster_project.hygiene.placeholders import bind

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
            self._connection.exec_driver_sql("set TimeZone = 'UTC'")
        yield self._connection

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


class RuleViolationCounts(QueryMetricProvider):
    """Findings, failing records and records in scope of a rule, in one SQL statement."""

    metric_name = "hygiene_rule.violation_counts"
    value_keys = ("unexpected_rows_query", "applicable_rows_query", "rule_parameters")
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
        # Always in brackets and without an alias: the rule's statement names it `record`.
        relation = str(
            batch.compile(
                dialect=execution_engine.engine.dialect, compile_kwargs={"literal_binds": True}
            )
        )
        if not isinstance(batch, sa.Table):
            relation = f"({relation})"
        violations, applicable = (
            bind(
                cls._format_query(metric_value_kwargs[name], batch=relation),
                metric_value_kwargs["rule_parameters"],
            )
            for name in ("unexpected_rows_query", "applicable_rows_query")
        )
        statement = (
            "select count(*), count(distinct coalesce(violation.record_id, '')), "
            f"(select scope.applicable_rows from (\n{applicable}\n) as scope) "
            f"from (\n{violations}\n) as violation"
        )
        with execution_engine.get_connection() as connection:
            # Not sa.text: a literal may hold a colon, which that would take for a parameter.
            findings, failed_rows, applicable_rows = connection.exec_driver_sql(statement).one()
        return {
            "findings": int(findings),
            "failed_rows": int(failed_rows),
            "applicable_rows": int(applicable_rows),
        }


class ExpectRuleToHold(UnexpectedRowsExpectation):
    """A hygiene rule: its statement returns no row, or a tolerated share of the records.

    Only counts leave the database. Failing rows are listed by the rule's own statement, in
    ``hygiene.finding``; so no value, personal or not, enters a result or a Data Docs page.
    """

    applicable_rows_query: str
    rule_parameters: dict[str, str]
    #: Records in scope below which a tolerated rule never fails.
    minimum_rows: int | dict[str, str] = 0
    #: The rule holds while fewer than this share of the records in scope break it.
    tolerated_share: float | dict[str, str] = 0.0

    expectation_type: ClassVar[str] = "expect_rule_to_hold"
    metric_dependencies: ClassVar[tuple[str, ...]] = ("hygiene_rule.violation_counts",)
    success_keys: ClassVar[tuple[str, ...]] = (
        "unexpected_rows_query",
        "applicable_rows_query",
        "rule_parameters",
        "minimum_rows",
        "tolerated_share",
    )

    @override
    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        counts = metrics["hygiene_rule.violation_counts"]
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
