from django.db import migrations, models

from accounts.names import sort_key


def fill(apps, schema_editor):
    """By surname, for those whose names were kept before."""
    people = apps.get_model("accounts", "Person").objects.only("name")
    rows = list(people.order_by("pk"))
    for person in rows:
        person.sort_name = sort_key(person.name)
    people.bulk_update(rows, ["sort_name"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_address_changes")]

    operations = [
        migrations.AddField(
            "person",
            "sort_name",
            models.CharField(blank=True, editable=False, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AlterModelOptions(
            "person",
            options={"ordering": ["sort_name", "name", "pk"], "verbose_name_plural": "people"},
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
