from django.urls import URLPattern, URLResolver, path

from reviews.views import cycles, insights, moves

urlpatterns: list[URLPattern | URLResolver] = [
    path("reviews/", cycles.cycle_list, name="cycle_list"),
    path("reviews/open/", cycles.cycle_open, name="cycle_open"),
    path("reviews/<int:pk>/", cycles.cycle_detail, name="cycle_detail"),
    path("reviews/<int:pk>/publish/", cycles.cycle_publish, name="cycle_publish"),
    path("reviews/<int:pk>/cancel/", cycles.cycle_cancel, name="cycle_cancel"),
    path("reviews/<int:pk>/queue/", moves.move_queue, name="move_queue"),
    path("reviews/<int:pk>/bulk/", moves.move_bulk, name="move_bulk"),
    path("reviews/moves/<int:pk>/", moves.move_detail, name="move_detail"),
    path("reviews/moves/<int:pk>/approve/", moves.move_approve, name="move_approve"),
    path("reviews/moves/<int:pk>/veto/", moves.move_veto, name="move_veto"),
    path("reviews/moves/<int:pk>/amend/", moves.move_amend, name="move_amend"),
    path("reviews/moves/<int:pk>/snooze/", moves.move_snooze, name="move_snooze"),
    path("reviews/moves/<int:pk>/undo/", moves.move_undo, name="move_undo"),
    path("reviews/moves/<int:pk>/dispute/", moves.move_dispute, name="move_dispute"),
    path("reviews/moves/<int:pk>/settle/", moves.move_settle, name="move_settle"),
    path("insights/", insights.insights_detail, name="insights_detail"),
    path("insights/csv/", insights.insights_csv, name="insights_csv"),
    path("insights/opportunities/", insights.opportunity_list, name="opportunity_list"),
]
