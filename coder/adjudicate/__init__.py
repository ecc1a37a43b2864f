"""Adjudication: from coders' disagreements to gold values, by decisions of a supervisor.

May import agreement and the packages below it. The entry points are `resolve.Adjudication` and
`gold_edits.GoldEdit`.
"""
