"""One coder at work on one article.

The door is `session.CodingSession`.
"""
