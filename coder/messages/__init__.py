"""Every sentence for people, in Arabic and English.

`en/*.po` and `ar/*.po` are what translators edit; `make messages` compiles them. May touch nothing.
The door is `catalogue.say`, and `catalogue.Message` for a sentence whose reader is not known yet.
"""
