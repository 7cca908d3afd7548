"""隐患一生 · The life of a hazard by stage: reporting, classifying, ordering, planning, rectifying,
reinspecting, closing. Pure: (hazard, ask, occasion) -> events.
"""
