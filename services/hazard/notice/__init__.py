"""责令限期整改指令书 · The rules of a notice by stage of its life: drafted, numbered, served, followed to its end, or void.

A notice groups hazards of one visit under one number. What becomes of a hazard is the hazard's to say: the notice's
items follow it, by events that the hazard's commands write beside their own in the same transaction. So a subscriber
can follow a notice alone, and nowhere are there two truths.
"""
