from django.apps import AppConfig


class RepsConfig(AppConfig):
    name = "reps"
    default_auto_field = "django.db.models.BigAutoField"
