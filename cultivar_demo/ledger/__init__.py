"""The truth about the made company, computed from the simulated world alone.

Belongs here: the value, numerator and denominator of every KPI, month by month; movements, stage
visits, daily pipeline, true links and clusters, labelled findings. Written beside the extracts, in
a folder that no pipeline reads. Does not belong here: anything that reads an extract.
"""
