"""Alembic's door. ``pairing_desktop.store.migrate`` runs it on a connection and transaction of its own.

Rules for a migration: its id is the next number (``0002``), which becomes ``user_version``; SQLite rebuilds a table on
most changes (``op.batch_alter_table``), which drops the table's triggers: create them again; never change a revision's
or journal's content. Foreign keys are off while it runs and checked afterwards.
"""

from alembic import context

from pairing_desktop.store.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
