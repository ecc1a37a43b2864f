"""The migrations of the database schema, run by Alembic; `schema_version.HEAD` is the
last one.
"""
