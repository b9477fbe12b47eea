"""Addresses of casework; those of each kind are included."""

from django.urls import include, path

from casework.views import case, finding, letters, lists, overview, saved

urlpatterns = [
    path("", lists.home_show, name="home"),
    path("work/", lists.work_list, name="work-list"),
    path("work/team/", lists.team_list, name="team-list"),
    path("work/passed/", lists.passed_list, name="passed-list"),
    path("casework/", lists.casework_list, name="casework-list"),
    path("casework/all/", lists.casework_all, name="casework-all"),
    path("overview/", overview.overview_show, name="overview-show"),
    path("cases/", lists.case_list, name="case-list"),
    path("find/", finding.case_find, name="case-find"),
    path("views/", saved.view_list, name="view-list"),
    path("views/add/", saved.view_add, name="view-add"),
    path("views/<int:pk>/rename/", saved.view_rename, name="view-rename"),
    path("views/<int:pk>/remove/", saved.view_remove, name="view-remove"),
    path("cases/<str:reference>/", case.case_show, name="case-page"),
    path("cases/<str:reference>/letters/<int:place>/", letters.letter_show, name="letter-page"),
    path("cases/<str:reference>/letters/<int:place>/pdf/", letters.letter_pdf, name="letter-pdf"),
    path("copies/", case.copy_list, name="copy-list"),
    path("copies/<uuid:key>/", case.copy_show, name="copy-page"),
    path("", include("casework.enquiries.urls")),
    path("", include("casework.contributions.urls")),
    path("", include("casework.demands.urls")),
    path("", include("casework.portfolios.urls")),
    path("", include("casework.passing.urls")),
]
