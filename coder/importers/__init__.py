"""Strangers' files in: one module per format.

May touch codebook, text, model and errors. The door is `registry.reader_for`.
"""
