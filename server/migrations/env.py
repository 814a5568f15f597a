"""What Alembic runs: the migrations, on the connection that server/migrations handed over."""

from alembic import context

from server.migrations import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
