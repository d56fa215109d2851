"""The rep's wing: the desk where leads are worked."""

from django.apps import AppConfig

from routing import work_kept_elsewhere


class RepsConfig(AppConfig):
    name = "reps"
    verbose_name = "Work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        work_kept_elsewhere.register("reps.Activity", "worked on with a call, a mail, a meeting or a note")
        work_kept_elsewhere.register("reps.NextStep", "given a next step")
