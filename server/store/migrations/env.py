"""Alembic's entry: the caller hands the open connection over."""

from alembic import context
from server.store import image_tables, tables
from server.store.columns import Base

assert image_tables and tables  # imported so that the metadata is complete

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
