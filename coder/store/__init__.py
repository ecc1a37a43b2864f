"""The database: state and journal, written together, on SQLite and PostgreSQL.

May touch codebook, text, model and errors, sqlmodel and alembic. The door is `unit_of_work.Store`.
"""
