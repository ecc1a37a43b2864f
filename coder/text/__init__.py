"""The Arabic text engine: folding, visual order, letter joining, words and sentences, lines of cells.

May import errors and messages, but no third-party packages. The entry point is `segment.Reading`.
"""
