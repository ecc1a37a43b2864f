"""Datasets out: one module per format.

May touch codebook, text, values, model and errors. The door is `registry.writer`.
"""
