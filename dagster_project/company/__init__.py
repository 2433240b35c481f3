"""The company file: what differs between companies, validated before anything runs.

Belongs here: the shape of ``companies/<name>.yml``, reading it, and the tables and variables that
the models take from it. Does not belong here: reading the company's data (``sources``).
"""

from dagster_project.company.load import CompanyFileError, load_company
from dagster_project.company.model import Company
from dagster_project.company.run import Home, RunSettings

__all__ = ["Company", "CompanyFileError", "Home", "RunSettings", "load_company"]
