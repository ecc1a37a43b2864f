"""One coder's work on one article, and what the screens show of it.

The main entry point is `session.CodingSession`.
"""
