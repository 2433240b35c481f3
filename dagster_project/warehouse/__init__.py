"""The warehouse: the company file as tables, and dbt.

Belongs here: ``config`` tables, dbt's assets, its translator and pure argument builders. Does not
belong here: SQL of models (``dbt_project``).
"""
