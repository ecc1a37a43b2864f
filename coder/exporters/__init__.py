"""Export of datasets: one module per format.

May import codebook, text, values, model and errors. Entry point: `registry.writer`.
"""
