"""From disagreements to gold: what differs, and what a supervisor decides.

May touch agreement and what lies below. The doors are `resolve.Adjudication` and `gold_edits.GoldEdit`.
"""
