from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class CouncilConfig(AppConfig):
    name = "council"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import grants, keepers, mailing, navigation, passwords, standing
        from council import audit, notices, terms
        from council import mailing as hours
        from council.addresses import contacts
        from council.grants import lent, stated
        from council.imports import kinds
        from council.imports.closures import CLOSURES
        from council.imports.posts import POSTS
        from council.standing import facts, post_holders
        from frontend import terms as words
        from ledger import hooks, reading

        words.register(terms.current)
        request_started.connect(terms.begin, dispatch_uid="council terms")
        request_finished.connect(terms.forget, dispatch_uid="council terms")
        standing.register("council", facts)
        grants.register("council", stated, lent)
        keepers.register(post_holders)
        reading.register_namer("post", audit.posts)
        reading.register_namer("council", audit.council)
        hooks.register_address_book(contacts)
        hooks.register_renderer("post", notices.posts)
        hooks.register_renderer("delegation", notices.delegations)
        hooks.register_mail_hours(hours.slots, hours.bind)
        mailing.register(hours.hours)
        passwords.register(terms.names)
        kinds.register(POSTS, CLOSURES)
        navigation.register("council", "Council", "council-show", "council.configure", 90)
