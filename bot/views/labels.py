"""Labels of the stored keys: kinds, categories, levels and the other lists of the reference data."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.domain.access import Visibility
from bot.domain.contacts import DecisionRole
from bot.domain.interactions import Category, Favour, Kind, Source, Tag
from bot.i18n import Translator, Words
from bot.views.blocks import Choice


def N_(source: str) -> str:  # noqa: N802  gettext's own name for "translate later"
    """Mark a label for the catalogue."""
    return source


KIND: Mapping[str, str] = {
    Kind.VISIT: N_("Visit"),
    Kind.CALL: N_("Call"),
    Kind.VIDEO: N_("Video call"),
    Kind.EMAIL: N_("E-mail"),
    Kind.EVENT: N_("Event, fair, dinner"),
    Kind.CHAT: N_("Chat"),
    Kind.OTHER: N_("Other"),
}
CATEGORY: Mapping[str, str] = {
    Category.NEED: N_("Need"),
    Category.SATISFACTION: N_("Satisfaction"),
    Category.IDEA: N_("Future idea"),
    Category.DEVELOPMENT: N_("Development"),
    Category.ENVIRONMENT: N_("Their environment"),
    Category.TREND: N_("Market trend"),
    Category.COMPETITOR: N_("Competitor"),
    Category.RISK: N_("Risk"),
}
TAG: Mapping[str, str] = {Tag.REVIEW: N_("Customer review"), Tag.COMPLAINT: N_("Complaint")}
SATISFACTION: Mapping[str, str] = {
    "5": N_("5 · very satisfied"),
    "4": N_("4 · satisfied"),
    "3": N_("3 · so-so"),
    "2": N_("2 · unsatisfied"),
    "1": N_("1 · very unsatisfied"),
}
SOURCE: Mapping[str, str] = {Source.OURS: N_("Our impression"), Source.CUSTOMER: N_("The customer's words")}
FAVOUR: Mapping[str, str] = {
    Favour.INTRODUCTION: N_("Introduction"),
    Favour.INFORMATION: N_("Information"),
    Favour.EXPERT: N_("Access to our expert"),
    Favour.RECOMMENDATION: N_("Recommendation"),
    Favour.NEWS: N_("Pointer to news"),
}
VISIBILITY: Mapping[str, str] = {
    Visibility.COMPANY: N_("Everyone in the company"),
    Visibility.TEAM: N_("The account team"),
    Visibility.LEADERSHIP: N_("KAM, deputy, sponsor, KAM leads"),
    Visibility.PRIVATE: N_("Only me"),
}
DECISION_ROLE: Mapping[str, str] = {
    DecisionRole.DECIDER: N_("Decider"),
    DecisionRole.BUYER: N_("Buyer"),
    DecisionRole.INFLUENCER: N_("Influencer"),
    DecisionRole.USER: N_("User"),
    DecisionRole.INITIATOR: N_("Initiator"),
    DecisionRole.GATEKEEPER: N_("Gatekeeper"),
    DecisionRole.COACH: N_("Coach, guides us"),
}
LEVEL: Mapping[str, str] = {
    "1": N_("Executive"),
    "2": N_("Senior management"),
    "3": N_("Management"),
    "4": N_("Specialist"),
    "5": N_("Assistant and office"),
}
TIER: Mapping[str, str] = {
    "a": N_("A · Strategic account"),
    "b": N_("B · Key account"),
    "c": N_("C · Development account"),
}


def label(t: Translator, labels: Mapping[str, str], key: StrEnum | str | int | None) -> Words:
    """Return the label of a key in the reader's language; nothing for no key."""
    return Words("", "") if key is None else t(labels[str(key)])


def choices(t: Translator, labels: Mapping[str, str], keys: Iterable[str] | None = None) -> list[Choice]:
    """Return keys with their labels for a list to choose from, in the order of the reference data."""
    return [(str(key), t(labels[key])) for key in (labels if keys is None else keys)]
