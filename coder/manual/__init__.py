"""The coders' manual of a codebook, as Markdown or HTML.

May touch codebook, text and errors. The door is `pages.page`; what is in the manual stands in `outline.jinja`.
"""
