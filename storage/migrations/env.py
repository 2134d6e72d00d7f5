"""Alembic's environment: the connection comes from ``storage.schema``."""

from alembic import context

from storage import schema
from storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
    include_name=schema.is_ours,
    include_object=schema.is_for(connection.dialect.name),
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
