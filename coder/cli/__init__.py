"""The command line: one module per command, loaded when it is asked for.

May touch service and what lies below, and the screens to open them. The door is `main.main`.
"""
