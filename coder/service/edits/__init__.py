"""Everything that can be done to a coding, as small values that change nothing but memory.

May not touch the database. The door is `edits.Edit`.
"""
