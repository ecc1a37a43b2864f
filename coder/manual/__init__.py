"""The coders' manual of a codebook, as Markdown or HTML.

May import codebook, text and errors, and jinja2. The entry point is `pages`.
"""
