"""What runs inside PostgreSQL: the functions through which a team reads and writes, and the constraints.

Its doors: `functions.install`, and `server_guards.problems` for whether all stands as it was made.
"""
