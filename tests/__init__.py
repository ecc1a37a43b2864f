"""The tests; `python -m tests.make_exports` and `python -m tests.make_docs` renew committed files."""
