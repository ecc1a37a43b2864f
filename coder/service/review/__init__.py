"""One supervisor at work: the queue, one article's gold, and opening again what was closed.

The door is `gold_session.ReviewSession`.
"""
