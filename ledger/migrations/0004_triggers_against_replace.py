from django.db import migrations

from ledger import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    """The triggers again, on both engines: SQLite's now refuse to replace a seal or a stream."""

    dependencies = [("ledger", "0003_run")]

    # Backwards they stay: 0002 takes them away.
    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
