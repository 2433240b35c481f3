"""How long cultivar takes: measurements at full size, each beside plain SQL for the same result.

Belongs here: made records for measuring, the measurements, their baselines, the table that they
print. Does not belong here: tests of what is right (``tests``), and what the product needs.
"""
