from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """What the account side asks of this one, it is given here (DESIGN §4)."""
        from accounts import merge_handlers
        from reviews.services.merge import MoveMerge

        merge_handlers.register("reviews", MoveMerge(), place=3)
