from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import capacities, navigation, passwords, standing
        from council import checklist
        from frontend.terms import said
        from members.setting_up import tasks
        from members.standing import facts, in_words, ward_names

        capacities.register("member__group", in_words)
        standing.register("members", facts)
        checklist.register(tasks)
        passwords.register(ward_names)
        navigation.register("members", said("{Members}"), "member-list", "directory.keep", 74)
