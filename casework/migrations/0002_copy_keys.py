"""Each copy has a random name of its own; those that were made before are given one."""

import uuid

from django.db import migrations, models


def name_each(apps, schema_editor):
    copies = apps.get_model("casework", "Copy").objects
    for pk in copies.order_by("pk").values_list("pk", flat=True).iterator():
        copies.filter(pk=pk).update(key=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="copy",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.RunPython(name_each, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="copy",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
