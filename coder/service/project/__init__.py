"""Creating a project, opening it and writing to it in order; the entry point is
`opened.open_project`.
"""
