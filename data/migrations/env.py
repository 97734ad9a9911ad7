"""What alembic runs: the migrations, on the connection that data.database hands over."""

from alembic import context

from data.finding_tables import FactsRow
from data.import_tables import ImportRow
from data.tables import Base
from data.trail_tables import AuditEventRow

# their tables are among those of the code too
assert all(each.metadata is Base.metadata for each in (AuditEventRow, FactsRow, ImportRow))

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("Migrations run when a database is opened: use data.database.open_database(url).")

context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
