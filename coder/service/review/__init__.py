"""A supervisor's work: the review queue, one article's gold, and reopening closed
codings and gold.

The main entry point is `gold_session.ReviewSession`.
"""
