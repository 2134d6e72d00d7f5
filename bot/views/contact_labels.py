"""Contact labels: attitude, influence, strength and wished rhythm in words (reference data, section 3)."""

from collections.abc import Mapping

from bot.domain.accounts import Because
from bot.domain.contact_assessments import Measure
from bot.views import labels
from bot.views.labels import N_

ATTITUDE: Mapping[str, str] = {
    "5": N_("Speaks up for us"),
    "4": N_("Supportive"),
    "3": N_("Neutral"),
    "2": N_("Reserved"),
    "1": N_("Prefers others"),
}
INFLUENCE: Mapping[str, str] = {
    "3": N_("Shapes decisions"),
    "2": N_("Is heard"),
    "1": N_("Carries out"),
}
STRENGTH: Mapping[str, str] = {
    "4": N_("Sought-after adviser"),
    "3": N_("Trusted"),
    "2": N_("Working contact"),
    "1": N_("Acquainted"),
    "0": N_("None"),
}
VALUES: Mapping[str, Mapping[str, str]] = {
    Measure.ATTITUDE: ATTITUDE,
    Measure.INFLUENCE: INFLUENCE,
    Measure.RELATIONSHIP: labels.RELATIONSHIP,
    Measure.PARTNERSHIP: labels.PARTNERSHIP,
}
UNKNOWN = "0"
"""Takes a judgement back."""
RHYTHM: Mapping[str, str] = {
    "14": N_("Every two weeks"),
    "30": N_("Every month"),
    "60": N_("Every two months"),
    "90": N_("Every quarter"),
    "180": N_("Twice a year"),
    "365": N_("Once a year"),
}
"""Days between two touches that a contact may wish for."""
BECAUSE: Mapping[str, str] = {
    Because.KAM: N_("you are the account's KAM"),
    Because.DEPUTY: N_("you stand in for the account's KAM"),
    Because.SPONSOR: N_("you back the account as sponsor or stand in for its sponsor"),
    Because.TEAM: N_("you are on the account's team or look after one of its contacts"),
    Because.KAM_LEAD: N_("you lead the KAMs"),
}
"""Why a reader sees a contact of a restricted account (G8)."""
