"""The database: state and journal, written together, on SQLite and PostgreSQL.

May import codebook, text, model and errors, sqlmodel, sqlalchemy and alembic. The entry
point is `unit_of_work.Store`.
"""
