"""Widgets that draw their own lines.

They know nothing of a project; each is given what it draws.
"""
