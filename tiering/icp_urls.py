from django.urls import URLPattern, URLResolver, path

from tiering.views import icp, icp_wins

urlpatterns: list[URLPattern | URLResolver] = [
    path("scorecard/icp/", icp.icp_detail, name="icp_detail"),
    path("scorecard/icp/accounts/", icp.icp_account_list, name="icp_account_list"),
    path("scorecard/icp/wins/", icp_wins.icp_win_list, name="icp_win_list"),
    path("scorecard/icp/shared/", icp_wins.icp_shared, name="icp_shared"),
    path("scorecard/icp/look-alikes/", icp_wins.icp_lookalike_list, name="icp_lookalike_list"),
    path("scorecard/icp/new/", icp.icp_rule_add, name="icp_rule_add"),
    path("scorecard/icp/<int:pk>/", icp.icp_rule_edit, name="icp_rule_edit"),
    path("scorecard/icp/<int:pk>/end/", icp.icp_rule_end, name="icp_rule_end"),
]
