"""What Alembic runs: the migrations, on the connection that ``migrate`` or a developer's configuration gives."""

from __future__ import annotations

from alembic import context

from babelwire.stores.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
)
context.run_migrations()
