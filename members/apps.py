from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import capacities, grants, navigation, standing
        from council import checklist
        from frontend.terms import said
        from members.grants import stated
        from members.setting_up import tasks
        from members.standing import facts, in_words

        capacities.register("member__group", in_words)
        standing.register("members", facts)
        grants.register("members", stated)
        checklist.register(tasks)
        navigation.register("members", said("{Members}"), "member-list", "directory.keep", 74)
