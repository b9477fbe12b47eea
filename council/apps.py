from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class CouncilConfig(AppConfig):
    name = "council"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import keepers, mailing, navigation, passwords, standing
        from council import mailing as hours
        from council import notices, terms
        from council.addresses import contacts
        from council.imports import kinds
        from council.imports.closures import CLOSURES
        from council.imports.posts import POSTS
        from council.standing import facts, post_holders
        from frontend import terms as words
        from ledger import hooks

        words.register(terms.current)
        request_started.connect(terms.begin, dispatch_uid="council terms")
        request_finished.connect(terms.forget, dispatch_uid="council terms")
        standing.register("council", facts)
        keepers.register(post_holders)
        hooks.register_address_book(contacts)
        hooks.register_renderer("post", notices.posts)
        hooks.register_renderer("delegation", notices.delegations)
        hooks.register_mail_hours(hours.slots, hours.bind)
        mailing.register(hours.hours)
        passwords.register(terms.names)
        kinds.register(POSTS, CLOSURES)
        navigation.register("council", "Council", "council-show", "council.configure", 90)
