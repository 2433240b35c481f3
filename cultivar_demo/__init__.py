"""A made-up software company whose every number is known: the demo, and the tests' yardstick.

Order of work: ``world`` simulates what really happened, ``ledger`` writes down the truth about it,
``dirt`` turns the truth into the records that careless people and tools keep, each defect with a
label, ``vendors`` writes those records as the vendors' exports and interfaces do. Belongs here:
all of that. Does not belong here: any knowledge of cultivar's own models, tables or rules' code;
nothing here imports ``dagster_project``, and nothing there imports this package.
"""
