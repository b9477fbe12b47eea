from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self):
        from accounts.signing_in import parts
        from demo.personas import part

        parts.register("demo/personas.html", part)
