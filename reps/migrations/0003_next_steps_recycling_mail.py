"""Next steps with their history; recycle policies; the reps' mail addresses, and mails that were not understood."""

import django.db.models.deletion
import django.utils.timezone
import reps.models.mail
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

PERMISSIONS = {
    "ops": [
        "view_nextstep",
        *(f"{act}_recyclepolicy" for act in ("view", "add", "change", "delete")),
        *(f"{act}_straymail" for act in ("view", "change", "delete")),
    ],
    "manager": [
        "view_nextstep",
        *(f"{act}_recyclepolicy" for act in ("view", "add", "change", "delete")),
        *(f"{act}_straymail" for act in ("view", "change")),
    ],
}


def keep_what_was_planned(apps, schema_editor):
    """What was planned by whoever has the lead now; the plans of others were over already."""
    assignments = apps.get_model("routing", "Assignment").objects.filter(ended_at=None)
    planned = apps.get_model("reps", "PlannedStep").objects
    for step in apps.get_model("reps", "NextStep").objects.all().iterator():
        having = assignments.filter(lead_id=step.lead_id, rep__user_id=step.by_id).first()
        if having is not None:
            planned.create(
                lead_id=step.lead_id, assignment=having, at=step.at, what=step.what, by_id=step.by_id, set_at=step.set_at
            )


def give_permissions(apps, schema_editor):
    """What the roles may do with what is new. A group that is not there was removed by hand, and stays so."""
    reps = apps.get_app_config("reps")
    if getattr(reps, "models_module", None) is None:
        reps.models_module = True  # else it thinks that there are no models
    create_permissions(reps, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="reps")
    for role, names in PERMISSIONS.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=role):
            group.permissions.add(*permissions.filter(codename__in=names))


class Migration(migrations.Migration):

    dependencies = [
        ('reps', '0002_next_step'),
        ('routing', '0008_recycling_and_starts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), ('by__isnull', True)), fields=('lead', 'key'), name='one_activity_per_lead_and_key_of_nobody', violation_error_message='This was logged already.'),
        ),
        migrations.RemoveIndex(model_name='nextstep', name='next_steps_of_a_person'),
        migrations.CreateModel(
            name='PlannedStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='When it is due.', verbose_name='due')),
                ('what', models.CharField(blank=True, max_length=200)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('overdue_at', models.DateTimeField(blank=True, editable=False, help_text='When its being overdue was told.', null=True, verbose_name='called overdue')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('done', 'done'), ('postponed', 'put off'), ('replaced', 'changed'), ('cancelled', 'cancelled'), ('closed', 'ended: the lead was closed'), ('moved_on', 'ended: the lead went to somebody else')], editable=False, max_length=10)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='next_steps', to='routing.assignment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='planned_steps', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='next_steps', to='routing.lead')),
            ],
            options={'ordering': ['at', 'pk']},
        ),
        migrations.RunPython(keep_what_was_planned, migrations.RunPython.noop),
        migrations.DeleteModel('NextStep'),
        migrations.RenameModel('PlannedStep', 'NextStep'),
        migrations.AlterField(
            model_name='nextstep',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='next_steps', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('lead',), name='one_next_step_per_lead', violation_error_message='This lead has a next step already.'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='an_ended_step_has_an_outcome', violation_error_message='A step has an outcome exactly when it has ended.'),
        ),
        migrations.AddConstraint(
            model_name='nextstep',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('set_at')), _connector='OR'), name='a_step_ends_after_it_was_set'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['by', 'at'], name='next_steps_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('reminded_at__isnull', True)), fields=['at', 'id'], name='next_steps_to_remind'),
        ),
        migrations.AddIndex(
            model_name='nextstep',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('overdue_at__isnull', True)), fields=['at', 'id'], name='next_steps_to_call_overdue'),
        ),
        migrations.CreateModel(
            name='MailAddress',
            fields=[
                ('rep', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mail_address', serialize=False, to='routing.rep')),
                ('token', models.CharField(default=reps.models.mail.new_token, max_length=40, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='RecyclePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('active', models.BooleanField(default=False, verbose_name='switched on')),
                ('untouched_days', models.PositiveSmallIntegerField(blank=True, help_text='An open lead that its owner has done nothing with for so many days is routed again. Empty: never.', null=True)),
                ('lost_days', models.PositiveSmallIntegerField(blank=True, help_text='A lead lost for one of the reasons below is routed again after so many days. Empty: never.', null=True)),
                ('lost_reasons', models.JSONField(blank=True, default=list, verbose_name='lost because')),
                ('most_cycles', models.PositiveSmallIntegerField(default=3, help_text='A lead begins anew until it has been through so many cycles, its first included.')),
                ('at_most', models.PositiveSmallIntegerField(default=50, help_text='So that a team is not flooded on the day it is switched on.', verbose_name='at most, an hour')),
                ('looked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('team', models.OneToOneField(blank=True, help_text='Empty: all teams without a policy of their own.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='recycling', to='routing.team')),
            ],
            options={
                'verbose_name_plural': 'recycle policies',
                'ordering': [models.OrderBy(models.F('team__name'), nulls_first=True), 'pk'],
                'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('team__isnull', True)), name='one_recycle_policy_for_the_rest', violation_error_message='There is a policy for all other teams already.'), models.CheckConstraint(condition=models.Q(('untouched_days__isnull', True), ('untouched_days__gte', 1), _connector='OR'), name='untouched_for_a_day_at_least', violation_error_message='A day is the least.'), models.CheckConstraint(condition=models.Q(('at_most__gte', 1)), name='recycles_one_at_least', violation_error_message='One an hour is the least; to recycle none, switch it off.')],
            },
        ),
        migrations.CreateModel(
            name='StrayMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sender', models.CharField(blank=True, max_length=320, verbose_name='from')),
                ('recipients', models.CharField(blank=True, max_length=1000, verbose_name='to')),
                ('subject', models.CharField(blank=True, max_length=500)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('open', 'to be looked at'), ('aside', 'left aside'), ('assigned', 'assigned to a lead')], default='open', max_length=8)),
                ('key', models.CharField(help_text='The same mail again is kept once.', max_length=255, unique=True)),
                ('raw', models.BinaryField(help_text='As it came; of a very large one its beginning.')),
                ('handled_at', models.DateTimeField(blank=True, null=True)),
                ('handled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='routing.lead')),
                ('rep', models.ForeignKey(blank=True, help_text='Whose address it is.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='stray_mails', to='routing.rep')),
            ],
            options={
                'verbose_name': 'mail not understood',
                'verbose_name_plural': 'mails not understood',
                'ordering': ['-received_at', '-pk'],
                'indexes': [models.Index(fields=['state', '-received_at'], name='stray_mails_by_state')],
            },
        ),
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
