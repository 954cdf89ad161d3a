"""Runs migrations on the connection that `barline_core.migrate` opened."""

from alembic import context

from barline_core.models import SCHEMA, Model


def only_ours(name: str | None, type_: str, _parent_names: object) -> bool:
    """Look at schema `market` alone: Django's tables and the queue's are not Alembic's."""
    return name == SCHEMA if type_ == "schema" else True


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=only_ours,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
