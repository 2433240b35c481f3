"""Which records are one company or one person.

Behind the gate: features → pairs → links → clusters → survivors. No night runs it yet: the marts
count records, as the gate admits them.
"""
