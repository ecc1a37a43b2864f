"""Reports on agreement: for a terminal, as a page, for a paper or as data, all from the
same tables.

May import agreement and the layers below it, and jinja2. The entry points are
`contents.report_of` and `written.FORMS`.
"""
