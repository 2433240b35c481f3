"""The page: what was published, as a site that opens from a folder.

Belongs here: the asset, the queries that cut the published marts into small files, the look and
the behaviour of the page. Does not belong here: any definition of a KPI; the page shows the values
of ``fct_kpi`` and adds up only what is additive.
"""
