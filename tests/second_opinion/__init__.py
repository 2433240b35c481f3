"""A second opinion on the KPIs: plain Python over the records that the gate admitted.

Belongs here: every KPI of the families A, F, P and V computed once more, from the KPI
specification and the published definitions, record by record, with dictionaries and dates. Does
not belong here: SQL beyond reading a table, anything of the models or of the demo's ledger. Who
changes a definition changes it here too: from the definition, not from the model.
"""

from tests.second_opinion.company import Company
from tests.second_opinion.opinion import form_opinion
from tests.second_opinion.results import Opinion

__all__ = ["Company", "Opinion", "form_opinion"]
