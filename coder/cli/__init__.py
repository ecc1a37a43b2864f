"""The command line: one function per command, in modules that are loaded on demand.

May import service and the layers below it, and the screens to open them. The entry
point is `main.main`.
"""
