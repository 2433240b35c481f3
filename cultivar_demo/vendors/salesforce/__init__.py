"""Salesforce as its bulk interface delivers it: one CSV an object, headed with API names.

Belongs here: the objects of this org, their fields and ids, conversion and field history. Does
not belong here: what the records say, when they are known (``delivery``), other vendors. Deleted
records are delivered and flagged (``queryAll``); custom fields and objects end in ``__c``.
"""

from cultivar_demo.vendors.salesforce.write import OBJECTS, write_salesforce

__all__ = ["OBJECTS", "write_salesforce"]
