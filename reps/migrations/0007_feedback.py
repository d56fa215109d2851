"""What customers say: when they are asked, what was asked and answered, who is not to be asked; and who may see it."""

import django.db.models.deletion
import django.utils.timezone
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

PERMISSIONS = ["view_feedbackrequest", *(f"{act}_feedbackpolicy" for act in ("view", "add", "change", "delete"))]


def give_permissions(apps, schema_editor):
    """What ops and managers may do with what is new; analysts read no customer's words."""
    reps = apps.get_app_config("reps")
    if getattr(reps, "models_module", None) is None:
        reps.models_module = True  # else it thinks that there are no models
    create_permissions(reps, apps=apps, verbosity=0)
    wanted = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="reps", codename__in=PERMISSIONS
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["ops", "manager"]):
        group.permissions.add(*wanted)


class Migration(migrations.Migration):

    dependencies = [
        ('reps', '0006_activities_by_time'),
        ('routing', '0012_stages_reached'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedbackOptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=64, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AlterField(
            model_name='delivery',
            name='notification',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='reps.notification'),
        ),
        migrations.CreateModel(
            name='FeedbackPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('active', models.BooleanField(default=False, verbose_name='switched on')),
                ('after_won', models.BooleanField(default=True, verbose_name='after a lead is won')),
                ('after_lost', models.BooleanField(default=False, help_text='Not where nobody ever reached them.', verbose_name='after a lead is lost')),
                ('after_meeting', models.BooleanField(default=False, help_text='After the first with a lead.', verbose_name='after a meeting')),
                ('hours', models.PositiveSmallIntegerField(default=24, help_text='So many hours after it was won, lost or met. 0: at once.', verbose_name='hours later')),
                ('not_again_days', models.PositiveSmallIntegerField(default=30, help_text='Whoever was asked less than so many days ago, about whatever lead, is not asked.', verbose_name='days until asked again')),
                ('company', models.CharField(blank=True, help_text='What your customers know you as, for example Fieldwise. It stands in the mail and on the page.', max_length=80, verbose_name='asked in the name of')),
                ('team', models.OneToOneField(blank=True, help_text='Empty: all teams without a policy of their own.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='feedback_policy', to='routing.team')),
            ],
            options={
                'verbose_name_plural': 'feedback policies',
                'ordering': [models.OrderBy(models.F('team__name'), nulls_first=True), 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FeedbackRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(choices=[('won', 'won'), ('lost', 'lost'), ('meeting', 'meeting')], max_length=8, verbose_name='after')),
                ('happened_at', models.DateTimeField(help_text='When it was won, lost or met.')),
                ('due_at', models.DateTimeField(help_text='When it is to be asked.')),
                ('person', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'to be asked'), ('asked', 'asked'), ('answered', 'answered'), ('dropped', 'not asked after all'), ('failed', 'could not be sent')], default='waiting', max_length=8)),
                ('because', models.CharField(blank=True, help_text='Why it was not asked after all.', max_length=200)),
                ('sent_at', models.DateTimeField(null=True, verbose_name='asked at')),
                ('answered_at', models.DateTimeField(null=True)),
                ('rating', models.PositiveSmallIntegerField(null=True)),
                ('words', models.TextField(blank=True)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='routing.lead')),
                ('rep', models.ForeignKey(help_text='Whose work it is about. Empty: nobody had the lead.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='routing.rep')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.team')),
            ],
            options={
                'verbose_name': 'feedback',
                'verbose_name_plural': 'feedback',
                'ordering': ['-happened_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='feedback',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='delivery', to='reps.feedbackrequest'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('feedback', None), ('notification__isnull', False)), models.Q(('feedback__isnull', False), ('notification', None)), _connector='OR'), name='a_delivery_is_of_news_or_of_feedback'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('feedback__isnull', False)), fields=['created_at'], name='deliveries_of_feedback'),
        ),
        migrations.AddConstraint(
            model_name='feedbackpolicy',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('team__isnull', True)), name='one_feedback_policy_for_the_rest', violation_error_message='There is a policy for all other teams already.'),
        ),
        migrations.AddConstraint(
            model_name='feedbackpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('hours__lte', 720)), name='feedback_is_asked_within_a_month', violation_error_message='A month, 720 hours, is the most: later nobody remembers.'),
        ),
        migrations.AddIndex(
            model_name='feedbackrequest',
            index=models.Index(condition=models.Q(('sent_at__isnull', False)), fields=['sent_at'], name='feedback_by_asking'),
        ),
        migrations.AddIndex(
            model_name='feedbackrequest',
            index=models.Index(fields=['person', '-sent_at'], name='feedback_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='feedbackrequest',
            index=models.Index(fields=['-happened_at', '-id'], name='feedback_by_time'),
        ),
        migrations.AddConstraint(
            model_name='feedbackrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'dropped'), _negated=True), fields=('lead', 'occasion'), name='one_feedback_a_lead_and_occasion'),
        ),
        migrations.AddConstraint(
            model_name='feedbackrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('person',), name='one_waiting_feedback_a_person'),
        ),
        migrations.AddConstraint(
            model_name='feedbackrequest',
            constraint=models.CheckConstraint(condition=models.Q(('rating__isnull', True), models.Q(('rating__gte', 1), ('rating__lte', 5)), _connector='OR'), name='a_rating_is_from_1_to_5'),
        ),
        migrations.AddConstraint(
            model_name='feedbackrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('rating__isnull', False), ('sent_at__isnull', False), ('state', 'answered')), models.Q(models.Q(('state', 'answered'), _negated=True), ('answered_at__isnull', True), ('rating__isnull', True)), _connector='OR'), name='answered_feedback_has_a_rating'),
        ),
        migrations.RunPython(give_permissions, migrations.RunPython.noop),
    ]
