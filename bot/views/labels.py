"""Labels of the stored keys: kinds, categories, levels and the other lists of the reference data."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from bot.domain.access import Access, Visibility
from bot.domain.account_shape import Coverage, Shape, Stage
from bot.domain.accounts import Kind as AccountKind
from bot.domain.accounts import Relation, TeamRole
from bot.domain.contact_assessments import Measure
from bot.domain.contacts import DecisionRole
from bot.domain.escalations import Gate
from bot.domain.escalations import Kind as DecisionKind
from bot.domain.escalations import State as ConflictState
from bot.domain.interactions import Category, Favour, Kind, Source, Tag
from bot.domain.members import Person
from bot.domain.requests import DeclineReason, Effort
from bot.domain.requests import Kind as RequestKind
from bot.domain.requests import State as RequestState
from bot.domain.sponsors import Skipped
from bot.domain.sponsors import Step as SponsorStep
from bot.i18n import Translator, Words
from bot.views.blocks import Choice, cut


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
RELATION: Mapping[str, str] = {
    Relation.SUBSIDIARY: N_("Subsidiary"),
    Relation.DIVISION: N_("Division"),
    Relation.BRAND: N_("Brand"),
    Relation.SHAREHOLDING: N_("Shareholding"),
    Relation.SITE: N_("Site"),
}
ACCOUNT_KIND: Mapping[str, str] = {
    AccountKind.CUSTOMER: N_("Customer"),
    AccountKind.INTERNAL: N_("Partner inside the company"),
    AccountKind.SUPPLIER: N_("Supplier"),
}
ACCESS: Mapping[str, str] = {
    Access.OPEN: N_("Open: every member sees it"),
    Access.RESTRICTED: N_("🔒 Restricted: only its own people see it"),
}
STAGE: Mapping[str, str] = {
    Stage.EXPLORATORY: N_("Exploratory"),
    Stage.BASIC: N_("Basic"),
    Stage.COOPERATIVE: N_("Cooperative"),
    Stage.INTERDEPENDENT: N_("Interdependent"),
    Stage.INTEGRATED: N_("Integrated"),
}
COVERAGE: Mapping[str, str] = {
    Coverage.ONE_FACE: N_("One face"),
    Coverage.LEVEL_TO_LEVEL: N_("Level to level"),
    Coverage.MIXED: N_("Mixed"),
}
SHAPE: Mapping[str, str] = {
    Shape.BOW_TIE: N_("Bow tie, one pair: ends when one person leaves"),
    Shape.BETWEEN: N_("In transition: name the next pair"),
    Shape.DIAMOND: N_("Diamond, many pairs: needs coordination, not control"),
}
MEASURE: Mapping[str, str] = {
    Measure.ATTITUDE: N_("Attitude to us"),
    Measure.INFLUENCE: N_("Influence"),
    Measure.RELATIONSHIP: N_("Relationship"),
    Measure.PARTNERSHIP: N_("Partnership"),
}
RELATIONSHIP: Mapping[str, str] = {
    "5": N_("5 · trusting"),
    "4": N_("4 · good"),
    "3": N_("3 · correct"),
    "2": N_("2 · distant"),
    "1": N_("1 · strained"),
}
PARTNERSHIP: Mapping[str, str] = {
    "5": N_("5 · joint success"),
    "4": N_("4 · joint plans"),
    "3": N_("3 · give and take"),
    "2": N_("2 · mostly one-sided"),
    "1": N_("1 · one-sided"),
}
RATING: Mapping[str, Mapping[str, str]] = {Measure.RELATIONSHIP: RELATIONSHIP, Measure.PARTNERSHIP: PARTNERSHIP}
TEAM_ROLE: Mapping[str, str] = {
    TeamRole.GLOBAL_KAM: N_("Global KAM"),
    TeamRole.NATIONAL_KAM: N_("National KAM"),
    TeamRole.LOCAL_KAM: N_("Local KAM"),
    TeamRole.SUPPORT: N_("Support"),
    TeamRole.EXPERT: N_("Expert"),
}
MOOD: Mapping[str, str] = {
    "5": N_("very satisfied"),
    "4": N_("satisfied"),
    "3": N_("so-so"),
    "2": N_("unsatisfied"),
    "1": N_("very unsatisfied"),
}
CONFLICT_STATE: Mapping[str, str] = {
    ConflictState.WITHOUT_RECIPIENT: N_("🤝 Raised, without recipient"),
    ConflictState.RAISED: N_("🤝 Backing asked"),
    ConflictState.ACKNOWLEDGED: N_("👀 Acknowledged"),
    ConflictState.QUESTION: N_("💬 Question"),
    ConflictState.DECIDED: N_("⚖️ Decided"),
    ConflictState.KEPT: N_("✅ Kept"),
    ConflictState.RETURNED: N_("↩️ Returned with guidance"),
    ConflictState.WITHDRAWN: N_("↩️ Withdrawn"),
    ConflictState.UNANSWERED: N_("❗ Unanswered"),
}
DECISION_KIND: Mapping[str, str] = {
    DecisionKind.ADVICE: N_("Advice"),
    DecisionKind.SETTLEMENT: N_("Settlement"),
    DecisionKind.RULING: N_("Ruling"),
}
GATE: Mapping[str, str] = {
    Gate.OUR_GOAL: N_("our goal"),
    Gate.THEIR_GOAL: N_("their goal"),
    Gate.TRIED: N_("what was tried"),
    Gate.DECISION_WANTED: N_("the decision wanted"),
    Gate.DECIDE_BY: N_("by when"),
}
SPONSOR_STEP: Mapping[str, str] = {
    SponsorStep.OWN_SPONSOR: N_("the account's own sponsor"),
    SponsorStep.KAM_SPONSOR: N_("the KAM's sponsor"),
    SponsorStep.PARENT_SPONSOR: N_("the sponsor of an account above"),
    SponsorStep.PARENT_KAM_SPONSOR: N_("the sponsor of the KAM of an account above"),
    SponsorStep.KAM_LEADS: N_("the KAM leads"),
    SponsorStep.DEPUTY: N_("the sponsor's deputy"),
    SponsorStep.HANDED_OVER: N_("whoever took it over"),
}
SKIPPED: Mapping[str, str] = {
    Skipped.EMPTY: N_("nobody is set"),
    Skipped.RAISER: N_("raises it"),
    Skipped.PARTY: N_("takes a side"),
    Skipped.UNREACHABLE: N_("can't be reached here any more"),
    Skipped.AWAY: N_("is away"),
    Skipped.HANDED_OVER: N_("handed it over"),
}
REQUEST_KIND: Mapping[str, str] = {
    RequestKind.EXPERT: N_("Expert"),
    RequestKind.CAPACITY: N_("Capacity"),
    RequestKind.DATE: N_("Date"),
    RequestKind.BUDGET: N_("Budget"),
    RequestKind.INFORMATION: N_("Information"),
    RequestKind.DECISION: N_("Decision"),
}
REQUEST_STATE: Mapping[str, str] = {
    RequestState.OPEN: N_("🟡 Open"),
    RequestState.QUESTION: N_("💬 Question"),
    RequestState.COUNTERED: N_("🔁 Counter-offer"),
    RequestState.ACCEPTED: N_("🟢 Accepted"),
    RequestState.DECLINED: N_("⚪ Not this time"),
    RequestState.DELIVERED: N_("📦 Delivered"),
    RequestState.CONFIRMED: N_("✅ Confirmed"),
    RequestState.UNCONFIRMED: N_("📦 Closed, not confirmed"),
    RequestState.REOPENED: N_("↩️ Reopened"),
    RequestState.WITHDRAWN: N_("↩️ Withdrawn"),
}
REQUEST_VISIBILITY: Mapping[str, str] = {
    Visibility.COMPANY: N_("Everyone in the company"),
    Visibility.TEAM: N_("The department and the account team"),
    Visibility.LEADERSHIP: N_("Coordinator and head, KAM, deputy, sponsor, KAM leads"),
}
EFFORT: Mapping[str, str] = {
    Effort.HOURS: N_("Hours of work"),
    Effort.DAYS: N_("Days of work"),
    Effort.WEEKS: N_("Weeks of work"),
    Effort.UNKNOWN: N_("Effort not known"),
}
IMPORTANCE: Mapping[str, str] = {
    "3": N_("Stops their work"),
    "2": N_("Clearly noticed"),
    "1": N_("Nice to have"),
}
DECLINE_REASON: Mapping[str, str] = {
    DeclineReason.CAPACITY: N_("no capacity by then"),
    DeclineReason.COMMITMENT: N_("another promise comes first"),
    DeclineReason.FEASIBLE: N_("not technically possible"),
    DeclineReason.POLICY: N_("a rule or law is against it"),
    DeclineReason.VALUE: N_("the benefit does not justify the effort"),
    DeclineReason.INFO: N_("information is missing"),
    DeclineReason.OTHER_DEPT: N_("another department answers this"),
    DeclineReason.GOAL: N_("it conflicts with our own goal"),
}


def label(t: Translator, labels: Mapping[str, str], key: StrEnum | str | int | None) -> Words:
    """Return the label of a key in the reader's language; nothing for no key."""
    return Words("", "") if key is None else t(labels[str(key)])


def narrowed(t: Translator, visibility: Visibility) -> Words:
    """Say who may read what not everybody may; nothing where everybody may."""
    if visibility is Visibility.COMPANY:
        return Words("", "")
    return t("🔒 {who}", who=label(t, VISIBILITY, visibility))


def name_of(t: Translator, who: Person | None, width: int) -> Words:
    """Name a person, a name longer than ``width`` characters cut; nothing for nobody."""
    return t.person(replace(who, name=cut(who.name, width))) if who else Words("", "")


def choices(t: Translator, labels: Mapping[str, str], keys: Iterable[str] | None = None) -> list[Choice]:
    """Return keys with their labels for a list to choose from, in the order of the reference data."""
    return [(str(key), t(labels[key])) for key in (labels if keys is None else keys)]
