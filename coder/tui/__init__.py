"""The screens: they compose, forward and show, and decide nothing about the data.

May touch service and what lies below, textual and rich. The door is `app.CoderApp`.
"""
