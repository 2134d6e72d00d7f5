"""Interactions: logged events with a customer, their regret and what they set off."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.access import Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ChannelId, ContactId, DraftId, InteractionId, MemberId
from bot.domain.members import Member, Person

REGRET = timedelta(hours=24)
"""How long authors may edit and undo; afterwards it is the KAM's (product, section 4, "Regret")."""
EDITABLE = 3000
"""Characters of a text that a form can show (Slack's limit); the rest of a longer one stays as it is."""
BURST = timedelta(minutes=1)
"""Interactions of one account within this time share one channel message (product, section 7)."""
TWICE = timedelta(minutes=1)
"""Who says the same of the same account within this time is asked whether it is meant twice (reliability, 1h)."""
UNSATISFIED = 2
"""Satisfaction up to which the KAM is told at once."""


class Kind(StrEnum):
    """How we met."""

    VISIT = "visit"
    CALL = "call"
    VIDEO = "video"
    EMAIL = "email"
    EVENT = "event"
    CHAT = "chat"
    OTHER = "other"


class Category(StrEnum):
    """What it tells us (S123)."""

    NEED = "need"
    SATISFACTION = "satisfaction"
    IDEA = "idea"
    DEVELOPMENT = "development"
    ENVIRONMENT = "environment"
    TREND = "trend"
    COMPETITOR = "competitor"
    RISK = "risk"


class Tag(StrEnum):
    """What people look for besides kind and category."""

    REVIEW = "review"
    COMPLAINT = "complaint"


class Source(StrEnum):
    """Whose satisfaction value it is."""

    OURS = "ours"
    CUSTOMER = "customer"


class Favour(StrEnum):
    """The five favours (S52)."""

    INTRODUCTION = "introduction"
    INFORMATION = "information"
    EXPERT = "expert"
    RECOMMENDATION = "recommendation"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What we do next, who and by when."""

    text: str
    owner: Person | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A date given to the customer (S3)."""

    text: str
    due_on: date
    owner: Person | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """One logged event, with the names its readers see."""

    id: InteractionId
    number: int
    account: AccountRef
    author: Person
    occurred_at: datetime
    logged_at: datetime
    text: str
    kind: Kind = Kind.OTHER
    category: Category | None = None
    tags: tuple[Tag, ...] = ()
    satisfaction: int | None = None
    satisfaction_source: Source | None = None
    contacts: tuple[ContactRef, ...] = ()
    participants: tuple[Person, ...] = ()
    next_step: NextStep | None = None
    promise: Promise | None = None
    favour: Favour | None = None
    visibility: Visibility = Visibility.COMPANY
    withdrawn_at: datetime | None = None
    version: int = 1

    @property
    def short_id(self) -> str:
        """Return the id people use, ``I-240``."""
        return f"I-{self.number}"

    @property
    def is_public(self) -> bool:
        """Tell whether the account's channel may carry it."""
        return self.visibility is Visibility.COMPANY and not self.account.restricted and self.withdrawn_at is None

    @property
    def has_more(self) -> bool:
        """Tell whether one of the rarer fields is filled, so that a form must show them."""
        return bool(
            self.participants or self.tags or self.satisfaction or self.favour or self.next_step or self.promise
        )

    @property
    def concerns_kam(self) -> bool:
        """Tell whether the KAM hears of it at once: unhappy, at risk, a competitor, a complaint; never a private one."""
        if self.visibility is Visibility.PRIVATE:
            return False
        unhappy = self.satisfaction is not None and self.satisfaction <= UNSATISFIED
        return unhappy or Tag.COMPLAINT in self.tags or self.category in {Category.RISK, Category.COMPETITOR}


@dataclass(frozen=True, slots=True)
class Details:
    """What the modal asks; everything but account and text has a default (product, section 4)."""

    account_id: AccountId
    text: str
    kind: Kind = Kind.OTHER
    occurred_at: datetime | None = None
    """None means now; the future means planned."""
    category: Category | None = None
    tags: tuple[Tag, ...] = ()
    satisfaction: int | None = None
    satisfaction_source: Source | None = None
    contact_ids: tuple[ContactId, ...] = ()
    participant_ids: tuple[MemberId, ...] = ()
    next_step: str | None = None
    next_step_owner: MemberId | None = None
    next_step_due: date | None = None
    promise: str | None = None
    promise_due: date | None = None
    favour: Favour | None = None
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class LogLine:
    """Log what was typed after ``/kam-log``."""

    actor: Member
    text: str
    channel_id: ChannelId
    key: str
    """The inbox key of this delivery (reliability, 1h)."""
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class StartLog:
    """Open the empty form, for an account or for any."""

    actor: Member
    account_id: AccountId | None
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class EditLog:
    """Open the form with a stored interaction."""

    actor: Member
    interaction_id: InteractionId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class LogDraft:
    """Log a kept draft under the account that was picked, or under a new one of that name."""

    actor: Member
    draft_id: DraftId
    account_id: AccountId | None
    """None creates the account the draft names."""
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """Show the form with the account chosen meanwhile, or with more fields; what is typed stays."""

    actor: Member
    draft_id: DraftId
    account_id: AccountId | None = None
    more: bool = False
    named: bool = False
    """Ask for a new account's name instead of offering the known ones."""
    version: int | None = None
    """The version the editor saw first; a newer one must not be overwritten."""


@dataclass(frozen=True, slots=True)
class SaveLog:
    """Save the modal: a new interaction from a draft, or the edit of one."""

    actor: Member
    details: Details
    key: str
    draft_id: DraftId
    """Knows which interaction is edited, and where the answer goes."""
    new_account: str | None = None
    """The name of an account to be created, where none was chosen."""
    version: int | None = None
    """The version the editor saw."""


@dataclass(frozen=True, slots=True)
class WithdrawInteraction:
    """Undo: take back an interaction."""

    actor: Member
    interaction_id: InteractionId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class InteractionLogged:
    """Stored, for the first time or again after an edit."""

    interaction: Interaction
    may_edit: bool = True
    guessed_account: bool = False
    new_account: bool = False
    edited: bool = False
    kam: Person | None = None
    line_goes_to: ChannelId | None = None


@dataclass(frozen=True, slots=True)
class InteractionWithdrawn:
    """Taken back; author and audit keep it."""

    interaction: Interaction | None
    """None for a KAM who took back somebody else's: from then on only its author reads it."""


@dataclass(frozen=True, slots=True)
class InteractionShown:
    """One interaction as its reader may see it."""

    interaction: Interaction
    may_edit: bool


@dataclass(frozen=True, slots=True)
class ReadOn:
    """Show the text of a long interaction from an offset on."""

    actor: Member
    interaction_id: InteractionId
    offset: int
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class InteractionPage:
    """The text of an interaction from an offset on."""

    interaction: Interaction
    offset: int


@dataclass(frozen=True, slots=True)
class SaidTwice:
    """Its author saved the same words a moment ago; the text is kept until they say that they mean it twice."""

    draft_id: DraftId
    first: Interaction


@dataclass(frozen=True, slots=True)
class AccountUnclear:
    """The text is kept; the account must be picked or created."""

    draft_id: DraftId
    wanted: str
    matches: tuple[AccountRef, ...]
    text: str
    is_shared: bool = False
    """Several accounts bear exactly the name that was typed."""


@dataclass(frozen=True, slots=True)
class LogForm:
    """What the modal shows before anybody typed."""

    draft_id: DraftId
    interaction: Interaction | None = None
    """The interaction being edited."""
    version: int | None = None
    account: AccountRef | None = None
    new_account: str | None = None
    """What the new account is called so far; None while an existing one is to be chosen."""
    text: str = ""
    contacts: tuple[ContactRef, ...] = ()
    more: bool = False
    """Whether the rarer fields are shown."""
    may_hide: bool = True
    """Whether "Only me" is offered: not to a KAM, who would hide somebody else's note from themselves."""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """The interactions of one burst that still may be read in the account's channel."""

    account: AccountRef
    interactions: tuple[Interaction, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """What the KAM hears at once."""

    interaction: Interaction | None
    """None once it was taken back: the notice is edited to say so."""
    is_theirs: bool = True
    """False once it was moved to an account that somebody else answers for."""


def editable(text: str) -> tuple[str, str]:
    """Split a text into what a form can show and what stays as it is, at the end of a word; joined they are the text."""
    if len(text) <= EDITABLE:
        return text, ""
    blank = max(text.rfind(" ", 0, EDITABLE), text.rfind("\n", 0, EDITABLE))
    # What a form gives back is trimmed, so the blanks belong to the part that is not shown.
    shown = text[: blank if blank > EDITABLE // 2 else EDITABLE].rstrip()
    return shown, text[len(shown) :]


def may_regret(interaction: Interaction, viewer: Viewer, now: datetime) -> bool:
    """Tell whether this reader may edit or undo: the author for 24 hours, afterwards the KAM."""
    if interaction.withdrawn_at is not None:
        return False
    if now - interaction.logged_at < REGRET:
        return viewer.member_id == interaction.author.id
    return interaction.account.id in viewer.kam_of
