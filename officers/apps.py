from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "officers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import capacities, grants, navigation, standing
        from council import checklist, posts
        from council.imports import kinds
        from ledger import hooks, reading
        from officers import audit, notices, texts
        from officers.grants import stated
        from officers.imports import ABSENCES, OFFICERS, SERVICES
        from officers.lines import absent
        from officers.setting_up import tasks
        from officers.standing import facts, in_words

        capacities.register("officer__service", in_words)
        standing.register("officers", facts)
        grants.register("officers", stated)
        posts.register_absence(absent)
        checklist.register(tasks)
        reading.register_namer("service", audit.services)
        reading.register_namer("officer", audit.officers)
        hooks.register_renderer("service", notices.services)
        hooks.register_texts("service-change", texts.changes)
        kinds.register(OFFICERS, SERVICES, ABSENCES)
        navigation.register("officers", "Officers", "officer-list", "directory.keep", 75)
