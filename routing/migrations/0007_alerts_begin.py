"""Alerts are looked for from the first minute; who looks after a team sets what its managers are alerted about."""

from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.utils.timezone import now

MAY = {"ops": ["view", "add", "change"], "manager": ["view", "add", "change"], "analyst": ["view"]}


def begin(apps, schema_editor):
    apps.get_model("routing", "AlertCheck").objects.get_or_create(id=1, defaults={"due_at": now()})
    routing = apps.get_app_config("routing")
    if getattr(routing, "models_module", None) is None:
        routing.models_module = True  # else it thinks that there are no models
    create_permissions(routing, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="routing")
    for role, acts in MAY.items():
        group = apps.get_model("auth", "Group").objects.filter(name=role).first()
        if group is not None:
            group.permissions.add(*permissions.filter(codename__in=[f"{act}_alertsettings" for act in acts]))


class Migration(migrations.Migration):
    dependencies = [("routing", "0006_absences_departures_alerts")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
