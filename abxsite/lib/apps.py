from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "abxsite.lib"
    label = "lib"
