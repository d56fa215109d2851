"""Indexes: leads by how long somebody has had them, leads by when they were lost, and what was begun with one tap."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('routing', '0007_alerts_begin'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(condition=models.Q(('is_open', True), ('status', 'assigned')), fields=['assigned_at', 'id'], name='leads_open_since'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(condition=models.Q(('lost_at__isnull', False)), fields=['lost_at', 'id'], name='leads_lost_since'),
        ),
        migrations.AddIndex(
            model_name='leadchange',
            index=models.Index(condition=models.Q(('kind__in', ['call_started', 'mail_started'])), fields=['by', '-at'], name='lead_changes_started'),
        ),
    ]
