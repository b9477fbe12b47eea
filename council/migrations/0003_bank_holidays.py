from django.db import migrations, models


class Migration(migrations.Migration):
    """Blank for a council that is there: the sweep fills it with the list that it counts by."""

    dependencies = [
        ("council", "0002_contact_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="council",
            name="bank_holidays",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
    ]
