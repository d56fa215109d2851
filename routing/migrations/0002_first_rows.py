"""The rows that are always there: the revision, the plan's settings, and the stages everybody starts with."""

from django.db import migrations

STAGES = ["new", "contacted", "meeting", "opportunity", "proposal", "won", "lost"]


def first_rows(apps, schema_editor):
    apps.get_model("routing", "Revision").objects.get_or_create(id=1)
    apps.get_model("routing", "PlanSettings").objects.get_or_create(id=1)
    stage = apps.get_model("routing", "Stage")
    for position, kind in enumerate(STAGES):
        stage.objects.get_or_create(slug=kind, defaults={"name": kind.capitalize(), "kind": kind, "position": position})


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]
    operations = [migrations.RunPython(first_rows, migrations.RunPython.noop)]
