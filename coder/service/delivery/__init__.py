"""Articles and codings in, datasets out.

The doors are `intake.take` and `datasets`.
"""
