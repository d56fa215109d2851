"""Makes a set-up ready to run: migrations, static files where they are not served from source, and at the very first
start of a development set-up a demo company."""

import os

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands


def prepare() -> None:
    """Safe to run again: what is there already stays as it is."""
    call_command("migrate", interactive=False, verbosity=0)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
        return
    if "demo" in get_commands() and not get_user_model().objects.exists():
        call_command("demo")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadops.settings")
    django.setup()
    prepare()
