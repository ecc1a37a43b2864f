"""All edits of a coding, as small immutable values that work in memory only.

May not touch the database. The main entry point is `edits.Edit`.
"""
