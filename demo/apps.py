from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"

    def ready(self):
        from accounts import sign_in_parts
        from demo.personas import part

        sign_in_parts.register("demo/personas.html", part)
