"""Addresses of this room. Every view declares its access (accounts/permissions.py)."""

from django.urls import path

from council.imports.closures import CLOSURES
from council.imports.posts import POSTS
from council.imports.views import addresses
from council.views import about, compare, delegates, mailing, overview, posts, protocols, registers

urlpatterns = [
    path("help/", about.help_show, name="help"),
    path("privacy/", about.privacy_show, name="privacy"),
    path("accessibility/", about.accessibility_show, name="accessibility"),
    path("setup/", overview.council_setup, name="council-setup"),
    path("branding.css", overview.branding_css, name="branding-css"),
    path("protocol/", protocols.protocol_show, name="protocol-page"),
    path("protocol/compare/", compare.profile_compare, name="profile-compare"),
    path("protocol/<int:pk>/", protocols.adoption_show, name="adoption-show"),
    path("protocol/<int:pk>/text/", protocols.adoption_text, name="adoption-text"),
    path("council/", overview.council_show, name="council-show"),
    path("council/details/", overview.council_edit, name="council-edit"),
    path("council/mail/", mailing.mail_hours_edit, name="mail-hours"),
    path("council/adoptions/", protocols.adoption_list, name="adoption-list"),
    path("council/adoptions/add/", protocols.adoption_add, name="adoption-add"),
    path(
        "council/adoptions/<int:pk>/withdraw/",
        protocols.adoption_withdraw,
        name="adoption-withdraw",
    ),
    path("council/posts/", posts.post_list, name="post-list"),
    path("council/posts/add/", posts.post_add, name="post-add"),
    *addresses(POSTS, "council/posts/import/"),
    path("council/posts/<slug:key>/", posts.post_show, name="post-show"),
    path("council/posts/<slug:key>/hold/", posts.post_hold, name="post-hold"),
    path("council/holdings/<int:pk>/end/", posts.holding_end, name="holding-end"),
    path("council/closure-days/", registers.closure_list, name="closure-list"),
    path("council/closure-days/add/", registers.closure_add, name="closure-add"),
    path("council/closure-days/<int:pk>/remove/", registers.closure_remove, name="closure-remove"),
    *addresses(CLOSURES, "council/closure-days/import/"),
    path("council/relationships/", registers.relationship_list, name="relationship-list"),
    path("council/relationships/add/", registers.relationship_add, name="relationship-add"),
    path(
        "council/relationships/<int:pk>/end/", registers.relationship_end, name="relationship-end"
    ),
    path("council/delegates/", delegates.delegation_list, name="delegation-list"),
    path("council/delegates/add/", delegates.delegation_add, name="delegation-add"),
    path("council/delegates/<int:pk>/edit/", delegates.delegation_edit, name="delegation-edit"),
    path("council/delegates/<int:pk>/end/", delegates.delegation_end, name="delegation-end"),
]
