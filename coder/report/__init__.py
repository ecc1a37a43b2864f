"""Figures as they are read: on a terminal, as a page, in a paper, by a program; all from the same tables.

May touch agreement and what lies below, and jinja2. The doors are `contents.report_of` and `written.FORMS`.
"""
