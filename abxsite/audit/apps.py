from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "abxsite.audit"
    label = "audit"
