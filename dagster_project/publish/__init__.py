"""Publication: the marts as read-only files that BI tools open at any moment.

Belongs here: building and swapping the published files, and the summary of a run. Does not belong
here: computing anything that the marts do not hold.
"""
