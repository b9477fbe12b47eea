"""What casework keeps of whom: its part of the record of processing (protocol/processing.py)."""

from protocol.processing import Beside, table

TABLES = (
    table(
        "casework.Case",
        "casework",
        nothing="id reference kind state sensitivity owner_since received_at received_on answered_at "
        "answered_again_at round closed_at adoption next_due figure remind_at awaits_explanation erased_at "
        "version submission_key service ward",
        acts="raised_by logged_by owner",
        text="subject",
        proof="subject_salt",
    ),
    table("casework.Handover", "casework", nothing="id case service at"),
    table(
        "casework.Clock",
        "casework",
        nothing="id case promise round days clause started_on original_due standard_due promised_due "
        "promised_on due extensions pauses paused_on stopped_at next_step_at calendar_version",
    ),
    table("casework.ChaseStep", "casework", nothing="id clock step due at sent", acts="told"),
    table("casework.Escalation", "casework", nothing="id case post_key at over", acts="person"),
    table(
        "casework.Breach",
        "casework",
        nothing="id clock recorded_at due clause explained_at explanation learned",
    ),
    table(
        "casework.Contribution",
        "casework",
        nothing="id key case round service asked_of state shares asked_at clock due ended_at version",
        acts="owner asked_by",
    ),
    table(
        "casework.ContributionTold",
        "casework",
        nothing="id contribution post_key at",
        acts="person",
    ),
    table(
        "casework.Message",
        "casework",
        nothing="id case kind at officers_only contribution copied attached",
        acts="author acting_for",
        directory="author_title author_service",
        text="body",
        proof="salt",
    ),
    table("casework.Copy", "casework", nothing="id key message clause by_rule", acts="person"),
    table("casework.Attachment", "casework", nothing="id message document"),
    table(
        "casework.Demand",
        "casework",
        nothing="id key case contribution kind ground clause handled exception flagged_at state remind_at "
        "outcome closed_at version",
        acts="flagged_by closed_by",
        text="text outcome_text",
        proof="salt outcome_salt",
    ),
    table("casework.DemandTold", "casework", nothing="id demand post_key at", acts="person"),
    table(
        "casework.EnquiryDetail",
        "casework",
        nothing="id case channel significance factual mp_waits confidential route_because route_clause "
        "direct_contact outcome",
        resident="constituent_name constituent_contact constituent_basis",
        outside="mp_name",
        declared="interest",
        text="confidential_why external_reference",
    ),
    table(
        "casework.DirectContact",
        "casework",
        nothing="id service since until",
        acts="member agreed_by",
        text="matter",
    ),
    table(
        "casework.FollowUp",
        "casework",
        nothing="id case round reason opened_at answered_at figure route_because route_clause",
    ),
    table(
        "casework.Handing",
        "casework",
        nothing="id case room entered_on at taken_back_at",
        acts="by",
        text="record name reference address",
        proof="salt",
    ),
    table(
        "casework.CaseLink",
        "casework",
        nothing="id case other kind at",
        acts="by",
        text="reason",
        proof="salt",
    ),
    table("casework.ServicePortfolio", "directory", nothing="id service", directory="name"),
    table("casework.CopyAgreed", "casework", nothing="id case", acts="person"),
    table(
        "casework.SavedView",
        "casework",
        nothing="id listed saved_at",
        acts="person",
        text="name query",
    ),
    table("casework.Visit", "casework", nothing="id", acts="person", habits="began before"),
)
BESIDE = (
    Beside(
        "The index of words, by which cases are found",
        "casework",
        "text",
        "Follows what is written and what is erased.",
        r"casework_(case|message|enquirydetail)_words(_\w+)?|casework_(case|message|enquirydetail)\.search",
    ),
)
