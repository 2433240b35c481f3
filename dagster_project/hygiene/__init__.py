"""The hygiene gate: rules as data, run as Great Expectations suites, written as findings.

Belongs here: rules, field validators, the gate and its result. Does not belong here: Dagster
(except ``assets.py``), dbt, and anything that changes a record. No module imports Great
Expectations when it is imported; the gate does so when it runs.
"""
