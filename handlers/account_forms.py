"""Account forms: opened from the card's menu, with more fields, and saved."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from slack_bolt import Ack

from bot.domain.access import Access
from bot.domain.account_edits import (
    RHYTHMS,
    Deed,
    Facts,
    OpenAccountForm,
    SaveFacts,
    SaveRatings,
    SaveStage,
    SaveTeam,
)
from bot.domain.account_shape import Coverage, Stage
from bot.domain.accounts import Kind, Relation, TeamRole
from bot.domain.contact_assessments import Measure
from bot.domain.identity import LARGEST_ID, AccountId, ChannelId, DraftId, MemberId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import account_edits
from bot.views import account_forms as views
from handlers.forms import Form
from handlers.modals import Modals
from handlers.payloads import Click, Submission, View

_None = Literal["none"]
_Value = Annotated[int, Field(ge=1, le=5)] | _None | None
_SEPARATOR = re.compile(r"[\n;|]+")
_FIELDS = {
    "parent": "parent_id",
    "channel": "channel_id",
    "jour_fixe": "jour_fixe_weeks",
    "kam": "kam_id",
    "deputy": "deputy_id",
    "sponsor": "sponsor_id",
}
"""Fields of the form that are called otherwise in the domain."""


class FactsForm(Form):
    """The modal "Edit account"; the rarer fields may not be shown."""

    name: str = ""
    aliases: str = ""
    kind: Kind = Kind.CUSTOMER
    tier: Literal["a", "b", "c", "none"] = "none"
    parent: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    relation: Relation | _None = "none"
    country: Annotated[str, Field(pattern="^([A-Z]{2}|none)$")] = "none"
    language: Literal["en", "de", "none"] = "none"
    channel: str | None = None
    access: Access = Access.OPEN
    mission: str | None = None
    coverage: Coverage | _None = "none"
    jour_fixe: Annotated[int, Field(ge=1, le=max(RHYTHMS))] | _None = "none"
    kam: str | None = None
    deputy: str | None = None
    sponsor: str | None = None

    def facts(self) -> Facts:
        """Return the form as facts."""
        return Facts(
            name=self.name,
            aliases=tuple(filter(None, map(str.strip, _SEPARATOR.split(self.aliases)))),
            kind=self.kind,
            tier=_some(self.tier),
            parent_id=None if self.parent is None else AccountId(self.parent),
            relation=None if self.relation == "none" else Relation(self.relation),
            country=_some(self.country),
            language=_some(self.language),
            channel_id=ChannelId(self.channel) if self.channel else None,
            access=self.access,
            mission=self.mission,
            coverage=None if self.coverage == "none" else Coverage(self.coverage),
            jour_fixe_weeks=None if self.jour_fixe == "none" else self.jour_fixe,
            kam_id=_member(self.kam),
            deputy_id=_member(self.deputy),
            sponsor_id=_member(self.sponsor),
        )

    @classmethod
    def command(cls, actor: Member, payload: Submission) -> SaveFacts:
        """Return the form as a command that names the fields it showed.

        Raises:
            pydantic.ValidationError: a field holds what it must not.
        """
        view = payload.view
        shown = frozenset(_FIELDS.get(name, name) for name in view.block_ids() if name in cls.model_fields)
        return SaveFacts(actor, _draft(view), payload.key, cls.of(view).facts(), shown)


class StageForm(Form):
    """The modal "Relationship stage"."""

    stage: Stage
    desired: Stage | _None = "none"
    at_risk: tuple[str, ...] = ()
    reason: str = ""

    def command(self, actor: Member, payload: Submission) -> SaveStage:
        """Return the form as a command."""
        desired = None if self.desired == "none" else Stage(self.desired)
        return SaveStage(actor, _draft(payload.view), payload.key, self.stage, desired, bool(self.at_risk), self.reason)


class RatingsForm(Form):
    """The modal "Rate the relationship"."""

    relationship: _Value = None
    partnership: _Value = None
    reason: str = ""

    def command(self, actor: Member, payload: Submission) -> SaveRatings:
        """Return the form as a command."""
        given = {Measure.RELATIONSHIP: self.relationship, Measure.PARTNERSHIP: self.partnership}
        values = {measure: value if isinstance(value, int) else None for measure, value in given.items()}
        return SaveRatings(actor, _draft(payload.view), payload.key, values, self.reason)


class TeamForm(Form):
    """The modal "Account team"."""

    people: tuple[str, ...] = ()
    role: TeamRole | _None = "none"
    topic: str | None = None

    def command(self, actor: Member, payload: Submission) -> SaveTeam:
        """Return the form as a command."""
        role = None if self.role == "none" else TeamRole(self.role)
        people = tuple(map(MemberId, self.people))
        return SaveTeam(actor, _draft(payload.view), payload.key, people, role, self.topic)


def open_menu(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open what was chosen in the card's menu."""
    verb, account_id = payload.choice
    command = OpenAccountForm(actor, AccountId(account_id), Deed.named(verb), payload.key, payload.reply())
    slack.open(payload.trigger_id, views.form(account_edits.open_form(store, now, command), t))
    ack()


def open_again(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form that did not open in time."""
    slack.open(payload.trigger_id, views.form(account_edits.open_again(store, actor, DraftId(payload.id)), t))
    ack()


def show_more(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Show the rarer fields; what is typed stays."""
    view = slack.view_of(payload)
    slack.update(view, views.form(account_edits.open_again(store, actor, _draft(view), more=True), t))
    ack()


def save_facts(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save what the account is."""
    account_edits.save_facts(store, now, FactsForm.command(actor, payload))
    ack()


def save_stage(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save where the relationship stands."""
    account_edits.save_stage(store, now, StageForm.of(payload.view).command(actor, payload))
    ack()


def save_ratings(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save how good the relationship is."""
    account_edits.save_ratings(store, now, RatingsForm.of(payload.view).command(actor, payload))
    ack()


def save_team(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save who is on the account team."""
    account_edits.save_team(store, now, TeamForm.of(payload.view).command(actor, payload))
    ack()


def _draft(view: View) -> DraftId:
    return DraftId(view.number("draft") or 0)


def _some(key: str) -> str | None:
    return None if key == "none" else key


def _member(member_id: str | None) -> MemberId | None:
    return MemberId(member_id) if member_id else None
