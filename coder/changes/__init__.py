"""What differs between two states of one coding, as data and in words.

Pure functions on frozen values. May import values, codebook, text, model, messages.
Entry points:
`coding_changes.compare_codings`, `wording.describe_changes`.
"""
