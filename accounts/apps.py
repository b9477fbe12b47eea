from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import audit, navigation, notices
        from ledger import hooks, reading

        hooks.register_renderer("person", notices.render)
        reading.register_namer("person", audit.names)
        hooks.register_address_book(notices.addresses)
        navigation.register("people", "People", "person-list", "people.invite", 80)
