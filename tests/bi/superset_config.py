"""Superset's settings in tests: its own memory in a folder of the test, and a key of the test."""

import os

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db"
# DuckDB files are no exception: Superset refuses SQLite and its like, and takes DuckDB.
PREVENT_UNSAFE_DB_CONNECTIONS = True
# No page calls out.
CONTENT_SECURITY_POLICY_WARNING = False
