"""The made company's records as its vendors' exports and interfaces write them.

Belongs here: file formats, field names, ids and paging of each vendor; what was delivered on which
night. Does not belong here: what the records say (``world``, ``dirt``).
"""
