"""What a field can hold, type by type: read from what is typed, shown, and compared.

May touch codebook, text, model and errors. The door is `typed.parse` and `typed.show`.
"""
