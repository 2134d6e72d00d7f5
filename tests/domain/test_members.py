import pytest

from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Member, Role, Standing, reading_language


@pytest.mark.parametrize(
    ("own", "locale", "default", "read"),
    [
        ("de", "en-GB", "en", "de"),
        (None, "de-CH", "en", "de"),
        (None, "de_AT", "en", "de"),
        (None, "fr-FR", "de", "de"),
        ("fr", "en-US", "de", "en"),
        (None, None, "en", "en"),
        ("", "", "de", "de"),
    ],
)
def test_own_choice_comes_before_slacks_locale_before_the_default(
    own: str | None, locale: str | None, default: str, read: str
) -> None:
    assert reading_language(own, locale, default) == read


def test_a_member_shows_as_a_person_and_who_left_is_marked() -> None:
    lea = Member(WorkspaceId("T1"), MemberId("U1"), "Lea", role=Role.KAM_LEAD)
    gone = Member(WorkspaceId("T1"), MemberId("U2"), "Ben", standing=Standing.DEACTIVATED)

    assert lea.is_kam_lead
    assert not gone.is_kam_lead
    assert not lea.person.left
    assert gone.person.left
