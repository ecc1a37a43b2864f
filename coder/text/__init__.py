"""The Arabic text engine: folding, visual order, letter joining, words and sentences,
lines of cells.

May import errors and messages, msgspec and pyarabic. The entry point is
`segment.Reading`.
"""
