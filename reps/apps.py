from django.apps import AppConfig
from django.utils.module_loading import import_string


class RepsConfig(AppConfig):
    name = "reps"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_string("reps.notify.work_due.register_all")()  # it reads models, which are there by now
