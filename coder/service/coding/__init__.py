"""One coder at work on one article, and what the screen shows of the coding.

The door is `session.CodingSession`.
"""
