"""Addresses of this room. Every view declares its access (accounts/permissions.py)."""

from django.urls import path

from accounts.signing_in.views import connection, door, second_step
from accounts.views import addresses, drafts, grants, own, people

urlpatterns = [
    path("sign-in/", door.sign_in, name="sign-in"),
    # The two names that django-allauth looks for.
    path("sign-in/", door.sign_in, name="account_login"),
    path("sign-in/code/", second_step.code_enter, name="mfa_authenticate"),
    path("sign-in/elsewhere/", connection.single_sign_on, name="single-sign-on"),
    path(
        "sign-in/elsewhere/return/",
        connection.single_sign_on_return,
        name="single-sign-on-return",
    ),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("account/password/forgotten/", door.password_forgotten, name="password-forgotten"),
    path("account/password/sent/", door.password_forgotten_sent, name="password-forgotten-sent"),
    path("account/password/change/", own.password_change, name="password-change"),
    path("account/password/<uidb64>/<token>/", door.password_link, name="password-link"),
    path("account/address/", addresses.address_answer, name="address-answer"),
    path("drafts/", drafts.draft_save, name="draft-save"),
    path("drafts/<uuid:key>/delete/", drafts.draft_delete, name="draft-delete"),
    path("account/mail/", own.mail_edit, name="mail-edit"),
    path("account/acting/", own.capacity_change, name="capacity-change"),
    path("account/sessions/", own.session_list, name="session-list"),
    path("account/confirm/", second_step.identity_confirm, name="identity-confirm"),
    path("account/confirm/elsewhere/", connection.connection_confirm, name="connection-confirm"),
    path("account/connection/add/", connection.connection_add, name="connection-add"),
    path("account/connection/remove/", connection.connection_remove, name="connection-remove"),
    path("account/second-step/", second_step.second_step_page, name="second-step"),
    path("account/second-step/app/", second_step.second_step_app, name="second-step-app"),
    path("account/second-step/passkey/", second_step.passkey_add, name="passkey-add"),
    path(
        "account/second-step/passkey/<int:pk>/remove/",
        second_step.passkey_remove,
        name="passkey-remove",
    ),
    path("account/second-step/codes/", second_step.second_step_codes, name="second-step-codes"),
    path(
        "account/second-step/give-up/", second_step.second_step_give_up, name="second-step-give-up"
    ),
    path("account/", own.account, name="account"),
    path("who-may-do-what/", own.authority_page, name="authority-page"),
    path("who-sees-what/", own.sight_page, name="sight-page"),
    path("who-may-do-what/grants/", grants.grant_list, name="grant-list"),
    path("who-may-do-what/grants/download/", grants.grant_export, name="grant-export"),
    path("people/", people.person_list, name="person-list"),
    path("people/add/", people.person_add, name="person-add"),
    path("people/invite/", people.person_invite_many, name="person-invite-many"),
    path("people/<int:pk>/", people.person_page, name="person-page"),
    path("people/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("people/<int:pk>/address/", addresses.person_address, name="person-address"),
    path(
        "people/<int:pk>/address/stop/",
        addresses.person_address_cancel,
        name="person-address-cancel",
    ),
    path("people/<int:pk>/invite/", people.person_invite, name="person-invite"),
    path("people/<int:pk>/second-step/", people.person_second_step, name="person-second-step"),
    path("people/<int:pk>/connection/", people.person_connection, name="person-connection"),
    path("people/<int:pk>/disable/", people.person_disable, name="person-disable"),
    path("people/<int:pk>/enable/", people.person_enable, name="person-enable"),
]
