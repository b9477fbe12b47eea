"""What can be done to an enquiry, verb by verb: its words, its form, its action, what happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from casework import phrases
from casework.contributions import actions as contributions
from casework.contributions.forms import AskServiceForm
from casework.enquiries import action_forms as forms
from casework.enquiries import actions, handing_forms, link_forms
from casework.models import Case
from frontend.terms import said, say
from frontend.words import day
from protocol import lifecycle


@dataclass(frozen=True)
class Step:
    """`link` is the words of the button on the case page; `title` those of the step's own page.

    `done` says, after it, what happens next. `consequences` are shown first where it cannot be undone.
    `group` is where it stands among what can be done (GROUPS).
    """

    group: str
    link: str
    title: str
    form: type[forms.ActionForm]
    action: Callable
    done: Callable[[Case], str]
    consequences: tuple[str, ...] = ()
    help: str = ""
    template: str = "casework/enquiry_act.html"


def _due(case: Case) -> str:
    tense = "was" if case.next_due < timezone.localdate() else "is"
    return f"The answer {tense} due on {day(case.next_due)}."


def _reminder(case: Case) -> str:
    """When they are reminded of the question, where the council reminds them."""
    if case.remind_at is None:
        return ""
    when = day(timezone.localdate(case.remind_at))
    return say(" Without a reply, the {member} is reminded on {when}.", when=when)


def _waits_again(case: Case) -> str:
    if case.state != lifecycle.WITH_MEMBER:
        return ""
    return say(" The question to the {member} waits for its reply again.")


GROUPS = {
    "answering": "Write",
    "time": "Due date",
    "passing": "Pass it on",
    "recording": "Record",
    "ending": "End it",
}

STEPS: dict[str, Step] = {
    "accept": Step(
        "passing",
        "Take it on",
        "Take on this enquiry",
        forms.AcceptForm,
        actions.accept,
        lambda case: f"It is now with you. {_due(case)}",
        help=said("It will be with you, and the {member} will be told."),
    ),
    "answer": Step(
        "answering",
        "Answer",
        "Answer this enquiry",
        forms.AnswerForm,
        actions.answer,
        lambda case: say("The {member} has your answer. Close the enquiry when all is done."),
        help="It goes out in your own name.",
    ),
    "allocate": Step(
        "passing",
        "Give it to an officer",
        "Give this enquiry to an officer",
        forms.AllocateForm,
        actions.allocate,
        lambda case: f"It is now with {case.owner.name}, who has been told. {_due(case)}",
    ),
    "reply": Step(
        "answering",
        "Reply",
        "Reply to the officer’s question",
        forms.ReplyForm,
        actions.reply,
        lambda case: f"The officer has your reply. {_due(case)}",
    ),
    "record_reply": Step(
        "recording",
        said("Record what the {member} replied"),
        said("Record what the {member} replied"),
        forms.RecordReplyForm,
        actions.record_reply,
        lambda case: say(
            "The reply is on the case, recorded for the {member}. {due}", due=_due(case)
        ),
        help=said("For a reply that came by phone or in person. It shows that you wrote it down."),
    ),
    "ask_again": Step(
        "answering",
        "Ask again about this",
        "Ask again about this",
        forms.AskAgainForm,
        actions.ask_again,
        lambda case: f"It is open again, with {phrases.holder(case)}. {_due(case)}",
        help="Your enquiry opens again, with a new due date. What you were told stays here.",
    ),
    "record_asking": Step(
        "recording",
        said("Record that the {member} asks again"),
        said("Record that the {member} asks again"),
        forms.RecordAskingForm,
        actions.record_asking,
        lambda case: say(
            "It is open again, with {who}. The {member} has been told. {due}",
            who=phrases.holder(case),
            due=_due(case),
        ),
        help="The enquiry opens again, with a new due date. What was answered counts as it did. "
        "What you write shows that you wrote it down.",
    ),
    "put_right": Step(
        "answering",
        "Put the answer right",
        "Open this enquiry again to put the answer right",
        forms.PutRightForm,
        actions.put_right,
        lambda case: f"It is open again, and with you. {_due(case)}",
        consequences=(
            said("The {member} reads what was wrong, and that another answer will come."),
            "The answer that you sent stays, with its date. It counts as it did.",
            "The next answer has a due date of its own, and is counted apart.",
        ),
    ),
    "add": Step(
        "answering",
        "Add something to it",
        "Add something to this enquiry",
        forms.AddForm,
        actions.add,
        lambda case: f"It is added, and whoever has the enquiry has been told. {_due(case)}",
        help="For what you forgot, or what has happened since. The due date stays as it is.",
    ),
    "record_addition": Step(
        "recording",
        said("Record what the {member} adds"),
        said("Record what the {member} adds"),
        forms.RecordAdditionForm,
        actions.record_addition,
        lambda case: say("It is on the case, recorded for the {member}. {due}", due=_due(case)),
        help="For what came by phone or in person. It shows that you wrote it down. The due date "
        "stays as it is.",
    ),
    "acknowledge": Step(
        "answering",
        "Acknowledge",
        "Acknowledge this enquiry",
        forms.AcknowledgeForm,
        actions.acknowledge,
        lambda case: say("The {member} knows that it has arrived. {due}", due=_due(case)),
    ),
    "ask": Step(
        "answering",
        said("Ask the {member}"),
        said("Ask the {member} a question"),
        forms.AskForm,
        actions.ask,
        lambda case: say("The {member} has your question. {due}", due=_due(case)) + _reminder(case),
        help="The due date stays as it is while you wait.",
    ),
    "hold": Step(
        "answering",
        "Send a holding reply",
        "Send a holding reply",
        forms.HoldForm,
        actions.hold,
        lambda case: say(
            "The {member} knows how things stand. The answer is still due on {due}.",
            due=day(case.next_due),
        ),
        help="It tells them how things stand. The due date stays as it is.",
    ),
    "ask_service": Step(
        "answering",
        "Ask another service",
        "Ask another service for a contribution",
        AskServiceForm,
        contributions.ask,
        lambda case: (
            f"They have been asked, and it shows below when they have replied. {_due(case)}"
        ),
        help="Ask for what you need to write the answer. The enquiry stays with you, and its due date "
        "does not change.",
    ),
    "extend": Step(
        "time",
        "Give a new date",
        said("Give the {member} a new date"),
        forms.ExtendForm,
        actions.extend,
        lambda case: say(
            "The {member} has your reason and the new date, {due}.", due=day(case.next_due)
        ),
        help="The first due date stays on record. An answer by the new date is counted apart: "
        "neither in time nor late.",
    ),
    "pause": Step(
        "time",
        "Pause the clock",
        "Pause the clock",
        forms.PauseForm,
        actions.pause,
        lambda case: "The clock is paused. Start it again as soon as you can go on.",
    ),
    "resume": Step(
        "time",
        "Start the clock again",
        "Start the clock again",
        forms.ResumeForm,
        actions.resume,
        _due,
    ),
    "refer_upward": Step(
        "passing",
        "Refer it to a senior officer",
        "Refer this enquiry to a senior officer",
        forms.ReferUpwardForm,
        actions.refer_upward,
        lambda case: f"It is now with {case.owner.name}, who has been told. {_due(case)}",
        help="It goes to the next officer above you who is there today.",
    ),
    "reassign": Step(
        "passing",
        "Pass it to another officer",
        "Pass this enquiry to another officer",
        forms.ReassignForm,
        actions.reassign,
        lambda case: f"It is now with {case.owner.name}, who has been told. {_due(case)}",
        help="The due date stays as it is.",
    ),
    "hand_on": Step(
        "passing",
        "It is really something else",
        "What is this really?",
        handing_forms.HandOnForm,
        actions.hand_on,
        lambda case: say("It is handed on. The {member} has been told where it is now."),
        consequences=(
            "The enquiry ends here. Nobody will answer it.",
            said("The {member} reads what you write below, and where it is now."),
            "It counts as handed on: neither in time nor late. If it is late already, that stays on record.",
        ),
        template="casework/enquiry_hand_on.html",
    ),
    "take_back": Step(
        "passing",
        "Take it back",
        "Take this enquiry back",
        handing_forms.TakeBackForm,
        actions.take_back,
        lambda case: (
            f"It is open here again, with {phrases.holder(case)}. {_due(case)}{_waits_again(case)}"
        ),
        consequences=(
            "The enquiry is open here again. The due date is the one that it had.",
            said("The {member} reads what you write below."),
            "Nothing is taken out of where it was handed on to: say so there yourself.",
        ),
        help="For an enquiry that was handed on by mistake.",
    ),
    "note": Step(
        "recording",
        "Add a note",
        "Add a note for officers",
        forms.NoteForm,
        actions.note,
        lambda case: say("Your note is on the case. The {member} does not see it."),
        help=said(
            "Only officers see it. By law, the resident and the {member} can ask for a copy."
        ),
    ),
    "link": Step(
        "recording",
        "Link it with another enquiry",
        "Link this enquiry with another",
        link_forms.LinkForm,
        actions.link,
        lambda case: "The two are linked. Only those who may see both are shown it.",
        help="Whoever may see both enquiries then finds the other one here. Nobody else learns of it.",
    ),
    "unlink": Step(
        "recording",
        "Take a link away",
        "Take away a link with another enquiry",
        link_forms.UnlinkForm,
        actions.unlink,
        lambda case: "The link is taken away.",
    ),
    "remove_file": Step(
        "recording",
        "Remove a file",
        "Remove a file",
        forms.RemoveFileForm,
        actions.remove_file,
        lambda case: "The file is removed. Nobody can open it any more.",
        consequences=(
            "Nobody can open it any more, and it is deleted.",
            "That it was there, and why it was removed, stays on record.",
        ),
        help="For a file that was sent by mistake, or is about somebody else.",
    ),
    "explain_breach": Step(
        "recording",
        "Say why it was late",
        "Say why it was late",
        forms.ExplainBreachForm,
        actions.explain_breach,
        lambda case: "Your explanation is on record.",
        help=said("Officers read this. The {member} does not."),
    ),
    "close": Step(
        "ending",
        "Close it",
        "Close this enquiry",
        forms.CloseForm,
        actions.close,
        lambda case: "The enquiry is closed.",
        help="Whether it was in time was settled when you sent the answer.",
    ),
    "return": Step(
        "ending",
        said("Return it to the {member}"),
        said("Return this enquiry to the {member}"),
        forms.ReturnForm,
        actions.return_to_member,
        lambda case: say("The {member} has been told why, and what they can do."),
        consequences=(
            "The enquiry ends here. Nobody will answer it.",
            said("The {member} reads your reason and can raise it again."),
            "It counts as returned: neither in time nor late.",
        ),
    ),
    "close_duplicate": Step(
        "ending",
        "Close it as a duplicate",
        "Close this enquiry as a duplicate",
        link_forms.CloseDuplicateForm,
        actions.close_duplicate,
        lambda case: say("It is closed as a duplicate. The {member} has been told why."),
        consequences=(
            "The enquiry ends here. It is answered in the other one, by the date that stands there.",
            said("The {member} reads your reason, and which enquiry goes on."),
            "It counts as a duplicate: neither in time nor late. If it is late already, that stays on "
            "record.",
        ),
    ),
    "withdraw": Step(
        "ending",
        "Withdraw it",
        "Withdraw this enquiry",
        forms.WithdrawForm,
        actions.withdraw,
        lambda case: "The enquiry is withdrawn. Whoever had it has been told.",
        consequences=(
            "Nobody will answer it.",
            "What was written stays on record.",
        ),
    ),
}

# What the case page offers first, the best for the state leading.
PRIMARY = (
    "reply",
    "answer",
    "accept",
    "resume",
    "allocate",
    "explain_breach",
    "close",
    "ask_again",
)
# Whoever answers for others' work gives it out before they take it on themselves.
PRIMARY_OF_LEADS = ("reply", "answer", "allocate", "accept", "resume", "close")
