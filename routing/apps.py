"""The manager's wing, and the ground everything stands on."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from routing.named_by_plan import keep_what_versions_name
from routing.people_revision import watch_people
from routing.roles import let_roles_into_the_admin


class RoutingConfig(AppConfig):
    name = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        watch_people()
        let_roles_into_the_admin()
        keep_what_versions_name()
        autodiscover_modules("due_work")  # of every wing: what it registers with routing.due
