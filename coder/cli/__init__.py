"""The command line: one function per command, in modules that are loaded when they are asked for.

May touch service and what lies below, and the screens to open them. The door is `main.main`.
"""
