from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.db.models.signals import post_migrate

        from accounts import navigation
        from casework import audit, carrying, leaving, notices, texts
        from casework.contributions import drafting as of_contributions
        from casework.demands import notices as demands
        from casework.enquiries import drafting, service_requests
        from casework.finding import index
        from casework.keeping import erasing
        from casework.keeping import room as keeping
        from casework.models import Attachment
        from casework.portfolios import merging
        from documents import doors
        from ledger import hooks
        from officers import changing
        from officers.leaving import register as register_leaving
        from records import rooms

        hooks.register_renderer("case", notices.render)
        hooks.register_renderer("demand", demands.render)
        hooks.register_texts("message", texts.messages)
        hooks.register_texts("capacity", texts.capacities)
        hooks.register_texts("subject", texts.subjects)
        hooks.register_texts("link", texts.links)
        hooks.register_texts("handing", texts.handings)
        hooks.register_texts("demand", texts.demands)
        hooks.register_texts("outcome", texts.outcomes)
        audit.register()
        for kind, verbs in erasing.GONE.items():
            hooks.register_gone(kind, verbs, erasing.went_by)
        rooms.register(keeping.ROOM)
        doors.register("case", Attachment.objects.visible_to)
        drafting.register()
        of_contributions.register()
        service_requests.register()
        register_leaving(leaving.left)
        changing.register(carrying.ROOM)
        changing.register(merging.ROOM)
        post_migrate.connect(index.after_migrating, sender=self)
        navigation.register("casework", "Your casework", "casework-list", "enquiry.follow", 10)
        navigation.register("overview", "Overview", "overview-show", "enquiry.oversee", 15)
        navigation.register("work", "Your work", "work-list", "enquiry.work", 20)
        navigation.register("cases", "All cases", "case-list", "enquiry.oversee", 25)
        navigation.register_search(
            "Find a case", "case-find", "enquiry.follow", "enquiry.work", "enquiry.oversee"
        )
        navigation.register("log", "Log an enquiry", "enquiry-log", "enquiry.log", 30)
