"""The screens: they lay out, forward and display, and make no decisions about the data.

May import service and the layers below it, textual and rich. The entry point is
`app.CoderApp`.
"""
