"""One form for each verb. The names of its fields are the arguments of its action."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from accounts.drafts import Drafted
from accounts.models import Person
from casework.attachments import removable
from casework.contributions import on_case
from casework.enquiries import rules, third_party
from casework.models import Case, EnquiryDetail
from documents.forms import WithFiles
from documents.models import Document
from documents.words import size
from frontend.fields import DateField, LongTextField
from frontend.forms import GdsForm, Versioned
from frontend.layout import Field
from frontend.terms import said, say
from frontend.words import day
from officers.models import Officer


class ActionForm(Drafted, Versioned, GdsForm):
    """A form for one verb on one case: `version` is what the person had before them."""

    def __init__(self, *args, case: Case, by: Person, **kwargs):
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"version": case.version, **kwargs["initial"]}
        super().__init__(*args, **kwargs)
        self.case = case
        self.by = by
        self.prepare()

    def prepare(self) -> None:
        """What depends on the case or on who is asking."""

    def values(self) -> dict:
        """The arguments of the action, but for `case` and `by`."""
        found = self.without_draft(dict(self.cleaned_data))
        return {"seen": found.pop("version"), **found}


class WritingForm(WithFiles, ActionForm):
    """What is written to somebody, or kept, and the files that go with it."""

    def prepare(self) -> None:
        self.offer_held(self.by)

    def fields_layout(self):
        """The files last, after what they go with."""
        names = [field.name for field in self.visible_fields()]
        last = [name for name in ("files", "held") if name in names]
        return [*(name for name in names if name not in last), *last]

    def values(self) -> dict:
        return self.with_files(super().values())


def reason(label: str, missing: str, *, required: bool = True) -> LongTextField:
    return LongTextField(
        label=label,
        max_length=3000,
        rows=4,
        required=required,
        error_messages={"required": missing},
    )


def text(label: str, missing: str, rows: int = 8) -> LongTextField:
    return LongTextField(
        label=label, max_length=10_000, rows=rows, error_messages={"required": missing}
    )


class AcceptForm(ActionForm):
    submit_text = "Take it on"


class ReturnForm(ActionForm):
    submit_text = said("Return it to the {member}")
    warning = True
    reason = reason(
        said("Why are you returning it, and what can the {member} do?"),
        said("Enter why you are returning it, and what the {member} can do"),
    )


class OfficerChoice(forms.ModelChoiceField):
    def label_from_instance(self, officer: Officer) -> str:
        service = f", {officer.service.name}" if officer.service else ""
        return f"{officer.person.name}: {officer.job_title}{service}"


class AllocateForm(ActionForm):
    submit_text = "Give it to them"
    officer = OfficerChoice(
        label="Which officer?",
        queryset=Officer.objects.none(),
        empty_label="Choose an officer",
        help_text="Officers who are away today are not listed",
    )

    def prepare(self) -> None:
        present = Officer.objects.present(timezone.localdate()).with_names()
        self.fields["officer"].queryset = present.order_by("person__name")


class ReassignForm(AllocateForm):
    submit_text = "Pass it on"
    reason = reason("Why are you passing it on?", "Enter why you are passing it on")


class ReferUpwardForm(ActionForm):
    submit_text = "Refer it to a senior officer"
    reason = reason(
        "Why should a senior officer have it?", "Enter why a senior officer should have it"
    )


class AcknowledgeForm(ActionForm):
    submit_text = "Send the acknowledgement"
    text = text("Your acknowledgement", "Enter your acknowledgement", rows=6)

    def prepare(self) -> None:
        clock = self.case.clocks.get(promise="answer", round=self.case.round)
        self.fields["text"].initial = (
            f"Thank you for your enquiry about “{self.case.subject}”. "
            f"I will answer by {day(clock.due)}.\n\n{self.by.name}"
        )


class AskForm(WritingForm):
    submit_text = "Send the question"
    text = text("What do you need to know?", "Enter your question")


class ReplyForm(WritingForm):
    submit_text = "Send your reply"
    text = text("Your reply", "Enter your reply")


class RecordReplyForm(WritingForm):
    submit_text = "Record the reply"
    text = text(said("What did the {member} say?"), said("Enter what the {member} said"))


class AddForm(WritingForm):
    submit_text = "Add it"
    text = text("What do you want to add?", "Enter what you want to add")


class RecordAdditionForm(WritingForm):
    submit_text = "Record it"
    text = text(said("What does the {member} add?"), said("Enter what the {member} adds"))


class AskAgainForm(WritingForm):
    submit_text = "Ask again"
    text = text("What is missing, or still wrong?", "Enter what is missing, or still wrong")


class RecordAskingForm(WritingForm):
    submit_text = "Record it and open the enquiry again"
    text = text(
        said("What does the {member} say is missing, or still wrong?"),
        said("Enter what the {member} says is missing, or still wrong"),
    )


class PutRightForm(ActionForm):
    submit_text = "Open it again"
    reason = reason("What was wrong with the answer?", "Enter what was wrong with the answer")


class PauseForm(ActionForm):
    submit_text = "Pause the clock"
    reason = reason("Why does the clock need to stop?", "Enter why the clock needs to stop")


class ResumeForm(ActionForm):
    submit_text = "Start the clock again"


class HoldForm(WritingForm):
    submit_text = "Send the holding reply"
    text = text(
        said("What can you tell the {member} now?"),
        said("Enter what you can tell the {member} now"),
        rows=6,
    )

    def prepare(self) -> None:
        """Nothing is checked of what is said here, so what has to be checked is not for it (row 9)."""
        super().prepare()
        if third_party.asked(self.case):
            source = self.case.profile.third_party.clause or "set by the council"
            self.fields[
                "text"
            ].help_text = (
                f"Leave out information for somebody else: it is checked when you answer ({source})"
            )


class ExtendForm(ActionForm):
    submit_text = "Give the new date"
    reason = reason("Why does the answer need longer?", "Say briefly why the answer needs longer")
    new_date = DateField(label="When will you answer?", noun="the date by which you will answer")


class AnswerForm(WritingForm):
    submit_text = "Send the answer"
    text = text("Your answer", "Enter your answer")
    gives = forms.ChoiceField(
        label="Does your answer give information for somebody else?",
        widget=forms.RadioSelect,
        choices=[("no", "No"), ("yes", "Yes")],
        error_messages={
            "required": "Select yes if your answer gives information for somebody else"
        },
    )
    checked = forms.MultipleChoiceField(
        label="If it does, what have you checked?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def prepare(self) -> None:
        """What other services still owe; and the checks of the profile, where a resident stands on the
        enquiry (row 9).
        """
        super().prepare()
        if names := on_case.owed_by(self.case):
            owed = f"Not yet given: what you asked of {names}."
            self.fields["text"].help_text = f"{owed} Sending the answer calls it back."
        self.checks = third_party.asked(self.case)
        if not self.checks:
            del self.fields["gives"], self.fields["checked"]
            return
        about, rule = self.case.enquiry.constituent_name, self.case.profile.third_party
        self.fields["gives"].help_text = f"Such as {about or 'the resident'}"
        found = [(one, say(third_party.CHECKS[one][0])) for one in self.checks]
        self.fields["checked"].choices = found
        self.fields[
            "checked"
        ].help_text = (
            f"It goes only where each of these holds ({rule.clause or 'set by the council'})"
        )

    def clean(self):
        values = super().clean()
        if values.get("gives") == "yes" and not set(self.checks) <= set(values.get("checked", ())):
            self.add_error(
                "checked", "Tick each that you have checked, or leave the information out"
            )
        return values

    def fields_layout(self):
        radios = [Field.radios("gives", legend_size="s", inline=True)] if self.checks else []
        boxes = [Field.checkboxes("checked", legend_size="s", small=True)] if self.checks else []
        files = [name for name in ("files", "held") if name in self.fields]
        return ["text", *radios, *boxes, *files]

    def values(self) -> dict:
        found = super().values()
        return {**found, "gives": found["gives"] == "yes"} if self.checks else found


class AnswerWithCopiesForm(AnswerForm):
    """The answer, copied openly to other members where the protocol lets officers do it (row 46)."""

    copy_to = forms.ModelMultipleChoiceField(
        label=said("Which {members} should have a copy?"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    writer_agreed = forms.BooleanField(required=False)
    copy_reason = forms.CharField(label="Why do they need a copy?", max_length=400, required=False)

    def prepare(self) -> None:
        super().prepare()
        today = timezone.localdate()
        members = Person.objects.filter(member__isnull=False).exclude(member__ended_on__lt=today)
        copy_to = self.fields["copy_to"]
        copy_to.queryset = members.exclude(pk=self.case.raised_by_id)
        # Listed once: the template asks for the choices again at every box that it draws.
        copy_to.choices = list(copy_to.choices)
        rule, writer = self.case.profile.copying.rule, self.case.raised_by.name
        copy_to.help_text = f"{writer} sees who has one."
        if rule.may_copy == "exceptionally_named":
            exception = (
                f"Copies are the exception, so say why ({rule.clause or 'set by the council'}). "
            )
            copy_to.help_text = exception + copy_to.help_text
            self.fields["copy_reason"].help_text = "Kept as a note that only officers see."
        else:
            del self.fields["copy_reason"]
        if rule.may_copy == "with_author_consent" or self.case.enquiry.confidential:
            self.fields["writer_agreed"].label = f"{writer}, who wrote, agrees to these copies"
        else:
            del self.fields["writer_agreed"]

    def fields_layout(self):
        rest = [name for name in ("writer_agreed", "copy_reason") if name in self.fields]
        return [
            *super().fields_layout(),
            Field.checkboxes("copy_to", legend_size="s", small=True),
            *rest,
        ]


class CloseForm(ActionForm):
    submit_text = "Close the enquiry"
    outcome = forms.ChoiceField(
        label="How did it end?", choices=EnquiryDetail.OUTCOMES, widget=forms.RadioSelect
    )
    learned = reason("What was learned? (optional)", "", required=False)
    remark = reason("Anything to add to the record? (optional)", "", required=False)

    def prepare(self) -> None:
        learned = self.fields["learned"]
        learned.help_text = "Only officers see it"
        if rules.owes_learning(self.case, timezone.localdate()):
            learned.label, learned.required = "What was learned?", True
            learned.error_messages["required"] = "Enter what was learned"


class WithdrawForm(ActionForm):
    submit_text = "Withdraw the enquiry"
    warning = True
    reason = reason("Why are you withdrawing it? (optional)", "", required=False)


class NoteForm(WritingForm):
    submit_text = "Add the note"
    text = text("Your note", "Enter your note", rows=5)


class FileChoice(forms.ModelChoiceField):
    def label_from_instance(self, document: Document) -> str:
        return f"{document.name} ({document.words}, {size(document.size)})"


class RemoveFileForm(ActionForm):
    submit_text = "Remove the file"
    warning = True
    document = FileChoice(
        label="Which file?",
        queryset=Document.objects.none(),
        to_field_name="key",
        empty_label="Choose a file",
    )
    reason = reason("Why are you removing it?", "Enter why you are removing it")

    def prepare(self) -> None:
        self.fields["document"].queryset = removable(self.case, self.by)


class ExplainBreachForm(ActionForm):
    submit_text = "Put it on record"
    explanation = reason("Why was it late?", "Enter why it was late")
    learned = reason("What will you do differently? (optional)", "", required=False)
