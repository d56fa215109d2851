from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are not there before.
        from reports.aggregates import teach_sqlite  # noqa: PLC0415
        from reports.demo import furnish_the_demo  # noqa: PLC0415

        furnish_the_demo()
        connection_created.connect(teach_sqlite, dispatch_uid="reports.percentiles")
