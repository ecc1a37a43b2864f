"""Adjudication: from coders' disagreements to gold values, by decisions of a
supervisor.

May import agreement and the packages below it. Entry points: `resolve.Adjudication`,
`gold_edits.GoldEdit`.
"""
