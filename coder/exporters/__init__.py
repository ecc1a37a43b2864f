"""Datasets out: one module per format.

May touch codebook, values, model and errors. The door is `registry.writer`.
"""
