"""The tests: a folder for each room of `coder`, `house` for the whole, `support` for
what they share.
"""
