"""Who is in the team, who codes what, and packets for work without a connection.

The doors are `members`, `assignment` and `packets`.
"""
