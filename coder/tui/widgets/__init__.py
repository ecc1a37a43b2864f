"""Widgets that draw their own lines.

They know nothing of a project: they are given what they draw.
"""
