"""Addresses of enquiries: log one, and one for each verb."""

from django.urls import path

from casework.enquiries.steps import STEPS
from casework.enquiries.views import act, agreements, log

urlpatterns = [
    path("enquiries/new/", log.enquiry_log, name="enquiry-log"),
    path("enquiries/direct-contact/", agreements.agreement_list, name="agreement-list"),
    path("enquiries/direct-contact/add/", agreements.agreement_add, name="agreement-add"),
    path("enquiries/direct-contact/<int:pk>/end/", agreements.agreement_end, name="agreement-end"),
    *(
        path(
            f"enquiries/<str:reference>/{verb.replace('_', '-')}/",
            act.enquiry_act,
            {"verb": verb},
            name=f"enquiry-{verb.replace('_', '-')}",
        )
        for verb in STEPS
    ),
]
