from django.apps import AppConfig


class EntitlementsConfig(AppConfig):
    name = "entitlements"

    def ready(self) -> None:
        """What the account side asks of this one, it is given here (DESIGN §4)."""
        from accounts import merge_handlers
        from entitlements.services.merge import DeliveryMerge

        merge_handlers.register("entitlements", DeliveryMerge(), place=2)
