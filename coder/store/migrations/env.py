"""What Alembic runs: the steps that are due, as one transaction over the connection that `upgrade` gives."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
