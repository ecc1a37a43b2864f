"""The suggester at work in a project: candidates for its articles, terms learned, how good they are.

The doors are `batch` and `learned_terms.Learner`.
"""
