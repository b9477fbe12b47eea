from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import navigation, notices
        from ledger import hooks

        hooks.register_renderer("person", notices.render)
        hooks.register_address_book(notices.addresses)
        navigation.register("people", "People", "person-list", "people.invite", 80)
