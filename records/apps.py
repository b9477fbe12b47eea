from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import navigation
        from ledger import hooks
        from records import texts

        hooks.register_texts("hold", texts.holds)
        hooks.register_texts("hold-lifted", texts.lifted)
        hooks.register_texts("review", texts.reviews)
        navigation.register("records", "Records", "processing-show", "records.read", 92)
