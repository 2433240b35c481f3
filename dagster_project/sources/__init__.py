"""Ingestion: what each vendor's export looks like, landing it as Parquet, loading it into raw.

Order of work: a vendor module plans (``salesforce_export``, ``files``), ``readers`` read every
file as text and refuse broken ones, ``landing`` maps and checks a whole source without any lock,
``loading`` merges what changed into the raw schema with dlt. Does not belong here: any typing or
cleaning of values, which is dbt staging's work.
"""
