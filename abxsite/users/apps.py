from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "abxsite.users"
    label = "users"
