"""Who answers for which assets.

Belongs here: the owners' teams, once. Does not belong here: anything else.
"""

OWNERS = {
    "data": ["team:data-engineering"],
    "operations": ["team:sales-operations"],
    "analytics": ["team:analytics"],
}
