"""The coders' manual of a codebook, as Markdown or HTML.

May touch codebook and messages. The door is `pages.page`; what the manual says is `outline.jinja`.
"""
