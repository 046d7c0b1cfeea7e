from django.apps import AppConfig


class TieringConfig(AppConfig):
    name = "tiering"

    def ready(self) -> None:
        """What the account side asks of this one, it is given here (DESIGN §4)."""
        from abxsite.lib import currency
        from accounts import merge_handlers
        from accounts.clusters import candidates
        from accounts.imports import tier_column, undo_relations
        from tiering.cluster_candidates import wanting_a_cluster
        from tiering.services.merge import TierMerge
        from tiering.services.openings import Openings
        from tiering.services.settings import current_currency

        currency.ask_of(current_currency)
        candidates.register(wanting_a_cluster)
        merge_handlers.register("tiering", TierMerge(), place=1)
        tier_column.register(Openings())
        undo_relations.derived("tiering.Score", "tiering.Standing", "tiering.RunMark")
