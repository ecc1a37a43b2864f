"""Every sentence for people, in Arabic and English.

Translators edit `en/*.po` and `ar/*.po`; `make messages` compiles them. May import no
other part. The entry points are `catalogue.say`, and `catalogue.Message` for a sentence
whose reader is not known yet.
"""
