"""The project as a whole: made, opened, checked, copied, brought to a new codebook.

The door is `opened.open_project`.
"""
