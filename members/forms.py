"""What people type about members and what they hold, made into clean values."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from council.imports.forms import FileForm, ImportSeenForm
from frontend.fields import DateField, LongTextField
from frontend.forms import GdsForm
from frontend.terms import said, say
from members.models import Committee, CommitteeSeat, Leadership, Member, PartyGroup, Ward

ROLES_ON_A_COMMITTEE = [
    (key, said("{Member}") if key == "member" else words) for key, words in CommitteeSeat.ROLES
]


def _since(**kwargs) -> DateField:
    return DateField(label="First day", noun="the first day", initial=timezone.localdate, **kwargs)


class MemberForm(GdsForm):
    submit_text = said("Save the {member}")

    name = forms.CharField(
        label="Name",
        max_length=200,
        help_text="As published, without “Councillor”, such as Dr Jo Ash.",
    )
    email = forms.EmailField(
        label="Email address", required=False, max_length=254,
        help_text="They sign in with it. Leave it empty if they have none of their own. Once they have an "
        "account, a new one is used only when they confirm it.",
    )  # fmt: skip
    phone = forms.CharField(label="Phone", required=False, max_length=60)
    group = forms.ModelChoiceField(
        PartyGroup.objects.still_open(), label="Party group", required=False, empty_label="No group"
    )
    key_posts = forms.CharField(
        label="Key posts", required=False, max_length=400,
        help_text="As the council publishes them, such as Chair of Licensing.",
    )  # fmt: skip
    work_address = LongTextField(label="Work address", required=False, max_length=1000, rows=4)
    co_opted = forms.BooleanField(
        label="Co-opted, not elected",
        required=False,
        help_text=said("An import leaves {members} whom you add here alone."),
    )


class NewMemberForm(MemberForm):
    submit_text = said("Add the {member}")

    ward = forms.ModelChoiceField(
        Ward.objects.still_open(), label="Ward", required=False, empty_label="No ward",
        help_text="Add a second ward on their page afterwards.",
    )  # fmt: skip
    since = _since()

    def fields_layout(self):
        names = ["name", "email", "phone", "ward", "since", "group", "key_posts", "work_address"]
        return [*names, "co_opted"]


class LastDayForm(GdsForm):
    warning = True

    until = DateField(
        label="Last day", noun="the last day", initial=timezone.localdate, latest=timezone.localdate,
        help_text="Today or earlier.",
    )  # fmt: skip


class ReinstateForm(GdsForm):
    submit_text = said("Make them a {member} again")


class ReopenForm(GdsForm):
    submit_text = "Open it again"


class NameForm(GdsForm):
    name = forms.CharField(label="Name", max_length=120)


class CommitteeForm(GdsForm):
    name = forms.CharField(label="Name", max_length=160)
    kind = forms.ChoiceField(
        label="Kind", choices=Committee.KINDS, initial="other", widget=forms.RadioSelect
    )


class _OfMember(GdsForm):
    """A form about one member, who is given as `member`."""

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member


class SeatForm(_OfMember):
    submit_text = "Add the ward"

    ward = forms.ModelChoiceField(Ward.objects.still_open(), label="Ward", empty_label="Choose")
    since = _since()


class CommitteeSeatForm(_OfMember):
    submit_text = "Add the seat"

    committee = forms.ModelChoiceField(
        Committee.objects.still_open(), label="Committee", empty_label="Choose"
    )
    role = forms.ChoiceField(
        label="Role", choices=ROLES_ON_A_COMMITTEE, initial="member", widget=forms.RadioSelect,
        help_text="A new chair takes over from the one before, whose seat ends the day before.",
    )  # fmt: skip
    since = _since()


class LeadershipForm(_OfMember):
    submit_text = "Save"

    role = forms.ChoiceField(
        label="Role", choices=Leadership.ROLES, initial="leader", widget=forms.RadioSelect,
        help_text="A new leader takes over from the one before, who stops the day before.",
    )  # fmt: skip
    since = _since()


class PortfolioForm(_OfMember):
    submit_text = "Add the portfolio"

    name = forms.CharField(
        label="Portfolio", max_length=160, help_text="What they answer for, such as Housing."
    )
    since = _since()


class TermForm(_OfMember):
    submit_text = "Save the term"

    starts_on = DateField(label="First day", noun="the first day", required=False)
    ends_on = DateField(
        label="Last day", noun="the last day", required=False,
        help_text="Leave it empty if it is not known.",
    )  # fmt: skip


class UploadForm(FileForm):
    home_addresses = forms.BooleanField(
        label="Store home addresses, phones and emails too",
        required=False,
        help_text="Only if the council has a reason to hold them. Otherwise they are never kept.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = "The XML of GetCouncillorsByWard, or CSV. Nothing changes until you confirm."


class ConfirmForm(ImportSeenForm):
    submit_text = said("Import these {members}")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if ends := self.fields.get("ends"):
            ends.label = say("Yes, end these {members}")
            ends.help_text = say(
                "More than half of the {members} would end. Tick this only if that is right."
            )
            ends.error_messages["required"] = say(
                "Tick the box if it is right to end this many {members}"
            )
