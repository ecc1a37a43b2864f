"""A project made, opened and written to, in order.

The door is `opened.open_project`.
"""
