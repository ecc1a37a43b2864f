"""A project gets an identity of its own, by which packets know where they belong.

Until here `meta` held the schema's number; from here on Alembic's own table does.
"""

from __future__ import annotations

import uuid

from alembic import op
from sqlalchemy import column, table, update

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Put the identity in the place of the schema's number; an empty database has neither."""
    meta = table("meta", column("key"), column("value"))
    op.execute(update(meta).where(meta.c.key == "schema").values(key="project", value=uuid.uuid4().hex))
