from django.db import migrations

from casework.finding import index


def install(apps, schema_editor):
    index.install(schema_editor.connection)


def remove(apps, schema_editor):
    index.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """The index of words, kept by the database: no model has a field for it. All that is there goes in.

    On PostgreSQL each of the three tables is written anew, under its lock (docs/measurements.md).
    """

    dependencies = [("casework", "0008_asking_again")]

    operations = [migrations.RunPython(install, remove)]
