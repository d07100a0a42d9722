"""Who stands behind the Store seam: SQLite and PostgreSQL, by SQLAlchemy Core and Alembic."""
