"""The Arabic text engine: folding, visual order, joined letters, words and sentences, lines of cells.

May touch errors and messages, nothing installed. The door is `segment.Reading`.
"""
