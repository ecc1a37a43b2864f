"""Code inside PostgreSQL: the functions through which a team reads and writes,
constraints, and rights.

The entry points are `functions.install`, and `server_guards.problems` to check that
nothing was altered.
"""
