from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RepsConfig(AppConfig):
    name = "reps"
    verbose_name = "Work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # What falls due here needs models, which are there only by now.
        autodiscover_modules("due_work")
