"""Search notes: what the index holds of interactions, contacts and accounts, and under which words it is found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import Visibility
from bot.domain.accounts import Account, AccountRef
from bot.domain.analyser import Indexed, index, question_words
from bot.domain.contacts import Contact, DecisionRole
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.interactions import Category, Interaction, Kind, Tag
from bot.domain.matters import PROMISE


@dataclass(frozen=True, slots=True)
class Note:
    """A piece of knowledge to be found: an interaction, a contact, an account fact, a request, a decision."""

    about: Ref
    account_id: AccountId
    author_id: MemberId | None
    visibility: Visibility
    at: datetime
    text: str
    """The person's words, quoted in an answer."""
    number: int | None = None
    """Of the short id, ``I-240``."""
    heading: str = ""
    """Whom or what the words are about, where it is not the account: a contact with title."""
    more: str = ""
    """Further words under which it is found and which are not quoted."""
    contact_ids: tuple[ContactId, ...] = ()
    name: str = ""
    """Of the contact whose facts these are; questions find people by it."""
    marks: frozenset[str] = frozenset()
    """What sort of note it is besides its subject: kind, category, tags, a promise."""

    @property
    def is_shown(self) -> bool:
        """Tell whether an answer has anything to show."""
        return bool(self.text or self.heading or self.number is not None)


def interaction_note(interaction: Interaction) -> Note:
    """Index an interaction: its words, whom it names and what kind it is, in both languages."""
    step, promise = interaction.next_step, interaction.promise
    more = [
        interaction.account.name,
        # Somebody of a unit is found through their id, so that their name is hidden as soon as the unit is.
        *(contact.name for contact in interaction.contacts if contact.account_id == interaction.account.id),
        KIND_WORDS[interaction.kind],
        CATEGORY_WORDS[interaction.category] if interaction.category else "",
        CATEGORY_WORDS[Category.SATISFACTION] if interaction.satisfaction else "",
        *(TAG_WORDS[tag] for tag in interaction.tags),
        step.text if step else "",
        f"{_PROMISED} {promise.text}" if promise else "",
    ]
    return Note(
        about=Ref(Subject.INTERACTION, interaction.id),
        account_id=interaction.account.id,
        author_id=interaction.author.id,
        visibility=interaction.visibility,
        at=interaction.occurred_at,
        text=interaction.text,
        number=interaction.number,
        more="\n".join(more),
        contact_ids=tuple(contact.id for contact in interaction.contacts),
        marks=_marks(interaction),
    )


def _marks(interaction: Interaction) -> frozenset[str]:
    """Return what sort of interaction it is; where no kind was chosen, the one its words name."""
    kind: Kind | None = interaction.kind
    if interaction.kind is Kind.OTHER:
        terms = index(interaction.text).terms
        kind = next((one for one, words in KIND_WORDS.items() if not terms.isdisjoint(index(words).terms)), Kind.OTHER)
    marks = {kind, interaction.category, *interaction.tags}
    marks |= {Category.SATISFACTION} if interaction.satisfaction else set()
    return frozenset(str(mark) for mark in marks if mark) | ({PROMISE} if interaction.promise else set())


def contact_note(contact: Contact, now: datetime) -> Note:
    """Index a contact: name, title, roles and aims."""
    roles = (ROLE_WORDS[role] for role in contact.decision_roles)
    return Note(
        about=Ref(Subject.CONTACT, contact.id),
        account_id=contact.account.id,
        author_id=None,
        visibility=Visibility.COMPANY,
        at=contact.updated_at or now,
        text=contact.aims or "",
        heading=", ".join(part for part in (contact.name, contact.title) if part),
        more=" ".join((contact.account.name, *roles)),
        contact_ids=(contact.id,),
        name=contact.name,
    )


def account_note(account: Account, aliases: Iterable[str], at: datetime) -> Note:
    """Index an account: its names and its mission."""
    return Note(
        about=Ref(Subject.ACCOUNT, account.id),
        account_id=account.id,
        author_id=None,
        visibility=Visibility.COMPANY,
        at=at,
        text=account.mission or "",
        more=" ".join((account.name, *aliases)),
    )


def promise_note(
    promise_id: int,
    account: AccountRef,
    author_id: MemberId,
    text: str,
    visibility: Visibility,
    at: datetime,
    contact_id: ContactId | None = None,
) -> Note:
    """Index a promise that belongs to no interaction; the others are found with theirs."""
    return Note(
        about=Ref(Subject.PROMISE, promise_id),
        account_id=account.id,
        author_id=author_id,
        visibility=visibility,
        at=at,
        text=text,
        more=f"{account.name} {_PROMISED}",
        contact_ids=(contact_id,) if contact_id else (),
    )


_PROMISED = "Zusage promise"
"""Under which words a promise is found, in both languages."""


def note_index(note: Note) -> Indexed:
    """Take apart everything under which a note is found; of a very long text only what comes first counts."""
    return index(f"{note.heading}\n{note.more}\n{note.text}")


def name_terms(name: str) -> tuple[str, ...]:
    """Return the words of a person's name as they are compared, in order."""
    return tuple(dict.fromkeys(word.terms[0] for word in question_words(name)))


KIND_WORDS: Mapping[Kind, str] = {
    Kind.VISIT: "Besuch visit",
    Kind.CALL: "Telefonat Anruf call phone",
    Kind.VIDEO: "Videogespräch video call",
    Kind.EMAIL: "E-Mail email",
    Kind.EVENT: "Anlass Messe event fair",
    Kind.CHAT: "Chat",
    Kind.OTHER: "",
}
"""Under which words each kind is found, whatever language the note is in."""
CATEGORY_WORDS: Mapping[Category, str] = {
    Category.NEED: "Bedarf need",
    Category.SATISFACTION: "Zufriedenheit satisfaction",
    Category.IDEA: "Idee idea",
    Category.DEVELOPMENT: "Entwicklung development",
    Category.ENVIRONMENT: "Umfeld environment",
    Category.TREND: "Markttrend Trend",
    Category.COMPETITOR: "Wettbewerb Wettbewerber competitor competition",
    Category.RISK: "Risiko risk",
}
TAG_WORDS: Mapping[Tag, str] = {
    Tag.REVIEW: "Kundenreview review",
    Tag.COMPLAINT: "Reklamation Beschwerde complaint",
}
ROLE_WORDS: Mapping[DecisionRole, str] = {
    DecisionRole.DECIDER: "Entscheider Entscheiderin decider",
    DecisionRole.BUYER: "Einkäufer Einkäuferin Einkauf buyer purchasing",
    DecisionRole.INFLUENCER: "Beeinflusser influencer",
    DecisionRole.USER: "Anwender Anwenderin user",
    DecisionRole.INITIATOR: "Initiator Initiatorin",
    DecisionRole.GATEKEEPER: "Gatekeeper",
    DecisionRole.COACH: "Coach",
}
