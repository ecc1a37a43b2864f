"""Into a project and out of it: articles and codings, datasets, packets, copies.

The doors are `intake.take`, `datasets`, `packets` and `project_copy`.
"""
