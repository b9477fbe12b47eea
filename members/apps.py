from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import capacities, grants, navigation, passwords, standing
        from council import checklist
        from frontend.terms import said
        from ledger import reading
        from members import audit
        from members.grants import stated
        from members.setting_up import tasks
        from members.standing import facts, in_words, ward_names

        capacities.register("member__group", in_words)
        standing.register("members", facts)
        grants.register("members", stated)
        checklist.register(tasks)
        reading.register_namer("ward", audit.wards)
        reading.register_namer("member", audit.members)
        passwords.register(ward_names)
        navigation.register("members", said("{Members}"), "member-list", "directory.keep", 74)
