from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "officers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import capacities, navigation, standing
        from council import checklist, posts
        from council.imports import kinds
        from officers.imports import ABSENCES, OFFICERS, SERVICES
        from officers.lines import absent
        from officers.setting_up import tasks
        from officers.standing import facts, in_words

        capacities.register("officer__service", in_words)
        standing.register("officers", facts)
        posts.register_absence(absent)
        checklist.register(tasks)
        kinds.register(OFFICERS, SERVICES, ABSENCES)
        navigation.register("officers", "Officers", "officer-list", "directory.keep", 75)
