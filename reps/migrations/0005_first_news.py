"""What happened before anybody could be told is nobody's news; ops see what could not be sent, and send it again."""

from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.utils.timezone import now


def nothing_of_the_past(apps, schema_editor):
    apps.get_model("routing", "Event").objects.filter(dispatched_at=None).update(dispatched_at=now())


def let_ops_see_deliveries(apps, schema_editor):
    """Permissions come after all migrations otherwise: too late for this one."""
    reps = apps.get_app_config("reps")
    if getattr(reps, "models_module", None) is None:
        reps.models_module = True  # else it thinks that there are no models
    create_permissions(reps, apps=apps, verbosity=0)
    wanted = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="reps", codename__in=["view_delivery", "change_delivery"]
    )
    for group in apps.get_model("auth", "Group").objects.filter(name="ops"):
        group.permissions.add(*wanted)


class Migration(migrations.Migration):

    dependencies = [
        ('reps', '0004_notifications'),
    ]

    operations = [
        migrations.RunPython(nothing_of_the_past, migrations.RunPython.noop),
        migrations.RunPython(let_ops_see_deliveries, migrations.RunPython.noop),
    ]
