"""The coders' manual of a codebook, as Markdown or HTML.

May touch codebook, text and errors, and jinja2. The door is `pages`.
"""
