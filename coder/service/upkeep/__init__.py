"""A whole project checked, and brought to a new revision of its codebook.

The doors are `integrity` and `codebook_upgrade`.
"""
