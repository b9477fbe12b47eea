"""What casework keeps: the case that every kind shares, its clocks, its words, and each kind's own row."""

from casework.models.case import Case, Handover
from casework.models.clock import Breach, ChaseStep, Clock, Escalation
from casework.models.contribution import Contribution, ContributionTold
from casework.models.correspondence import Attachment, Copy, Message
from casework.models.demand import Demand, DemandTold
from casework.models.enquiry import DirectContact, EnquiryDetail
from casework.models.followup import FollowUp
from casework.models.handing import Handing
from casework.models.link import CaseLink
from casework.models.portfolio import CopyAgreed, ServicePortfolio
from casework.models.saved_view import SavedView
from casework.models.visit import Visit

__all__ = [
    "Attachment",
    "Breach",
    "Case",
    "CaseLink",
    "ChaseStep",
    "Clock",
    "Contribution",
    "ContributionTold",
    "Copy",
    "CopyAgreed",
    "Demand",
    "DemandTold",
    "DirectContact",
    "EnquiryDetail",
    "Escalation",
    "FollowUp",
    "Handing",
    "Handover",
    "Message",
    "SavedView",
    "ServicePortfolio",
    "Visit",
]
