"""The steps from one schema of the database to the next, run by Alembic; `schema.HEAD` names the last."""
