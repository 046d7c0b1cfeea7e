from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "abxsite.desk"
    label = "desk"
