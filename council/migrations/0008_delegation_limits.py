"""What a delegate may do for their member; whoever is one already may do all that they could until now."""

from django.db import migrations, models

ALL = "answer ask_again raise withdraw"


class Migration(migrations.Migration):
    dependencies = [
        ("council", "0007_online_reporting"),
    ]

    operations = [
        migrations.AddField(
            model_name="delegation",
            name="may",
            field=models.CharField(blank=True, db_default=ALL, default=ALL, max_length=100),
        ),
    ]
