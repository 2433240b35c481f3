"""KPIs, or parts of one, that the simulated world does not define, and why.

Belongs here: one line each. Does not belong here: KPIs that another module computes in full.
"""

NOT_DEFINED = (
    ("A07", "required_roles", "no template of required roles is part of the world"),
    ("F02", "first_chat", "the world has no chat"),
    ("M02", "inbox_placement", "no seed list or panel measures inboxes"),
    ("M02", "complaint_rate", "nobody complains in the world"),
    ("M07", "w_shaped, full_path", "milestone touches are a choice of the model, not of the world"),
    ("M07", "time_decay", "the half-life is configuration"),
    ("M08", "tracking_coverage", "everybody of the world can be tracked"),
    ("P10", "by owner", "one row a quarter and lock; rows by owner add nothing that is checked"),
    ("Q01", "", "judges records: see the labels of the dirt"),
    ("Q02", "", "judges records: see the labels of the dirt"),
    ("Q03", "", "judges records: see the duplicate clusters of the dirt"),
    ("Q04", "", "what providers fill is not simulated, and dirt changes when they did"),
    ("R06", "", "a scorecard of V03, V04, P01 and touches an account; no value of its own"),
    ("S01", "", "weights of the score are configuration"),
    ("S02", "", "weights of the signals are configuration"),
    ("S03", "", "the activation rule is configuration"),
    ("S06", "", "a trained model's opinion has no truth but its outcome"),
    ("V12", "observed", "margin to date by customer is not kept"),
    ("V16", "break_even_month", "costs are not kept by cohort"),
)
"""KPI, its variant (empty: the whole KPI), and why."""
