"""Consent to a copy is of the holder it was asked for (Bl10.5): those who have one keep it, nobody else."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_what_was_agreed(apps, schema_editor):
    copies = apps.get_model("casework", "Copy").objects
    agreed = apps.get_model("casework", "CopyAgreed").objects
    made = copies.filter(by_rule=True, message__case__enquiry__mp_agreed=True).order_by()
    pairs = made.values_list("message__case", "person").distinct()
    agreed.bulk_create([agreed.model(case_id=case, person_id=person) for case, person in pairs])


def what_an_officer_had_copied(apps, schema_editor):
    """Where the rule found a copy made by hand, it recorded its event and left the row as it was."""
    copies = apps.get_model("casework", "Copy").objects
    events = apps.get_model("ledger", "Event").objects.filter(verb="mp_reply_copied")
    for event in events.iterator():
        copies.filter(
            message=event.data["message"], person__in=event.data["people_told"], by_rule=False
        ).update(by_rule=True)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0017_handing_on"),
        ("ledger", "0005_held_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CopyAgreed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies_agreed",
                        to="casework.case",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            model_name="copyagreed",
            constraint=models.UniqueConstraint(
                fields=("case", "person"), name="agreed_for_each_once"
            ),
        ),
        migrations.RunPython(what_an_officer_had_copied, migrations.RunPython.noop),
        migrations.RunPython(keep_what_was_agreed, migrations.RunPython.noop),
        migrations.RemoveField(model_name="enquirydetail", name="mp_agreed"),
    ]
