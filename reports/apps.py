from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from reports.aggregates import teach_sqlite  # noqa: PLC0415  # models are not there before

        connection_created.connect(teach_sqlite, dispatch_uid="reports.percentiles")
