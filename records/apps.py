from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import navigation

        navigation.register("records", "Records", "processing-show", "records.read", 92)
