"""Import of files that other people or tools wrote: one module per format.

May import codebook, text, model and errors. Entry point: `registry.reader_for`.
"""
