"""The groups with what they may do; what a source's hosted form asks; tallies of tries; sessions that say whose."""

import django.db.models.deletion
import routing.models.intake
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

PEOPLE = ["calendar", "rep", "repskill", "skill", "timeoff", "team", "membership"]
PLAN = ["territory", "scorerule", "disqualifier", "slapolicy", "rule", "plansettings", "stage", "source"]
OF_LEADS = ["lead", "assignment", "decision", "leadchange", "event", "capture", "importrun"]
LOOKED_AT = ["planversion", "peoplechange", *OF_LEADS]
ROWS = ["repskill", "timeoff", "membership"]  # lines of somebody's page, removed there


def permissions(acts, models):
    return [f"routing.{act}_{model}" for act in acts for model in models]


ROLES = {
    "ops": [
        *permissions(["view", "add", "change"], [*PEOPLE, *PLAN, "apitoken"]),
        *permissions(["delete"], ROWS),
        *permissions(["view"], [*LOOKED_AT, "user"]),
        # To hand leads out, to import, and to mend what came in.
        *permissions(["add", "change"], ["lead", "importrun", "capture"]),
        *permissions(["add"], ["planversion"]),
        *["routing.see_all_leads", "routing.see_all_people", "routing.see_reports"],
    ],
    "manager": [
        *permissions(["view", "change"], [*PEOPLE, *PLAN]),
        *permissions(["add"], [model for model in [*PEOPLE, *PLAN] if model != "team"]),
        *permissions(["delete"], ROWS),
        *permissions(["view"], LOOKED_AT),
        *permissions(["add", "change"], ["lead", "importrun", "capture"]),
        *permissions(["add"], ["planversion"]),
        "routing.see_reports",
    ],
    "analyst": [
        *permissions(["view"], [*PEOPLE, *PLAN, "planversion", "peoplechange"]),
        *["routing.see_all_people", "routing.see_reports"],
    ],
    "rep": [],
}


def make_roles(apps, schema_editor):
    """The groups that are not there yet. Permissions come after all migrations otherwise: too late for this one."""
    routing = apps.get_app_config("routing")
    if getattr(routing, "models_module", None) is None:
        routing.models_module = True  # else it thinks that there are no models
    create_permissions(routing, apps=apps, verbosity=0)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth", "Permission").objects.select_related("content_type")
    }
    groups = apps.get_model("auth", "Group").objects
    for role, named in ROLES.items():
        group, is_new = groups.get_or_create(name=role)
        if is_new:
            group.permissions.set([known[name] for name in named])


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('routing', '0002_first_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('since', models.DateTimeField()),
                ('last_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'ordering': ['-last_at', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='lead',
            options={'ordering': ['-captured_at', '-pk'], 'permissions': [('see_all_leads', 'Can see every lead'), ('see_all_people', 'Can see every rep and team'), ('see_reports', 'Can see reports')]},
        ),
        migrations.AddField(
            model_name='source',
            name='form_consent',
            field=models.TextField(blank=True, help_text='What people must agree to. It is kept with the lead as they read it. Empty: not asked.'),
        ),
        migrations.AddField(
            model_name='source',
            name='form_fields',
            field=models.JSONField(blank=True, default=list, help_text='What is asked, in order, for example [{"field": "email", "label": "Work e-mail", "required": true}, {"field": "attributes.topic", "label": "Topic", "choices": ["Demo", "Price"]}]. Empty: name, e-mail, company, phone and a message.'),
        ),
        migrations.AddField(
            model_name='source',
            name='form_intro',
            field=models.TextField(blank=True, help_text='A sentence or two under the title.'),
        ),
        migrations.AddField(
            model_name='source',
            name='form_open',
            field=models.BooleanField(default=False, verbose_name='hosted form is open'),
        ),
        migrations.AddField(
            model_name='source',
            name='form_origins',
            field=models.JSONField(blank=True, default=list, help_text='For example ["https://www.example.com"]. Empty: none.', validators=[routing.models.intake.check_origins], verbose_name='sites that may embed the form'),
        ),
        migrations.AddField(
            model_name='source',
            name='form_redirect',
            field=models.URLField(blank=True, help_text='Where people go after sending, instead of the thanks.', max_length=500),
        ),
        migrations.AddField(
            model_name='source',
            name='form_thanks',
            field=models.TextField(blank=True, help_text='Shown after sending. Empty: we will be in touch.'),
        ),
        migrations.AddField(
            model_name='source',
            name='form_title',
            field=models.CharField(blank=True, help_text='Empty: Get in touch.', max_length=120),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('browser', models.CharField(blank=True, editable=False, help_text='As it calls itself.', max_length=300)),
                ('address', models.GenericIPAddressField(editable=False, null=True)),
                ('began_at', models.DateTimeField(editable=False, null=True)),
                ('seen_at', models.DateTimeField(editable=False, null=True)),
                ('user', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-seen_at', 'session_key'],
            },
        ),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
