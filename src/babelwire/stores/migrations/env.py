"""What Alembic runs: the migrations, on the connection that ``migrate`` or a developer's configuration gives."""

from __future__ import annotations

from alembic import context

from babelwire.stores.tables import metadata, of_core

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    include_object=of_core,
)
context.run_migrations()
