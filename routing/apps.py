"""The manager's wing, and the ground everything stands on."""

from django.apps import AppConfig

from routing.named_by_plan import keep_what_versions_name
from routing.people_revision import watch_people


class RoutingConfig(AppConfig):
    name = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        watch_people()
        keep_what_versions_name()
