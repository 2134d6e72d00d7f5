import itertools

import pytest

from bot.domain.access import (
    CHANNEL,
    Access,
    Depth,
    Viewer,
    Visibility,
    sees_account,
    sees_conflict,
    sees_note,
    sees_request,
)
from bot.domain.identity import AccountId, DepartmentId, MemberId

HERE, ELSEWHERE = AccountId(1), AccountId(2)
AUTHOR = MemberId("UAUTHOR")
PRODUCTION = DepartmentId(7)


def someone(name: str, *, circle: bool = False, leadership: bool = False, kam: bool = False) -> Viewer:
    mine, other = frozenset({HERE, ELSEWHERE}), frozenset({ELSEWHERE})
    return Viewer(
        MemberId(name),
        circle=mine if circle or leadership or kam else other,
        leadership=mine if leadership or kam else other,
        kam_of=mine if kam else other,
    )


PERSONAS = {
    "author": Viewer(AUTHOR),
    "kam": someone("UKAM", kam=True),
    "deputy": someone("UDEP", kam=True),
    "sponsor": someone("USPO", leadership=True),
    "sponsor's deputy": someone("USTD", leadership=True),
    "team": someone("UTEAM", circle=True),
    "relationship owner": someone("UREL", circle=True),
    "KAM lead": Viewer(MemberId("ULEAD"), is_kam_lead=True),
    "outsider": someone("UOUT"),
    "admin without role": Viewer(MemberId("UADM")),
    "channel": CHANNEL,
}
LEADERS = {"kam", "deputy", "sponsor", "sponsor's deputy", "KAM lead"}
CIRCLE = LEADERS | {"team", "relationship owner"}
EVERYBODY = set(PERSONAS)
READERS = {
    (Access.OPEN, Visibility.COMPANY): EVERYBODY,
    (Access.OPEN, Visibility.TEAM): CIRCLE | {"author"},
    (Access.OPEN, Visibility.LEADERSHIP): LEADERS | {"author"},
    (Access.OPEN, Visibility.PRIVATE): {"author"},
    (Access.RESTRICTED, Visibility.COMPANY): CIRCLE | {"author"},
    (Access.RESTRICTED, Visibility.TEAM): CIRCLE | {"author"},
    (Access.RESTRICTED, Visibility.LEADERSHIP): LEADERS | {"author"},
    (Access.RESTRICTED, Visibility.PRIVATE): {"author"},
}


@pytest.mark.parametrize(
    ("persona", "access", "visibility"), [(name, *key) for name, key in itertools.product(PERSONAS, READERS)]
)
def test_who_reads_a_note(persona: str, access: Access, visibility: Visibility) -> None:
    seen = sees_note(PERSONAS[persona], HERE, access, visibility, AUTHOR)

    assert seen == (persona in READERS[access, visibility])


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_restricted_account_exists_for_its_own_people_only(persona: str) -> None:
    assert sees_account(PERSONAS[persona], HERE, Access.OPEN)
    assert sees_account(PERSONAS[persona], HERE, Access.RESTRICTED) == (persona in CIRCLE)


REQUEST_PERSONAS = PERSONAS | {
    "requester": Viewer(MemberId("UREQ")),
    "named": Viewer(MemberId("UNAMED")),
    "department": Viewer(MemberId("UPROD"), department_id=PRODUCTION),
    "coordinator": Viewer(MemberId("UCOO"), answers_for=frozenset({PRODUCTION})),
}
INVOLVED = {"requester", "named"}


@pytest.mark.parametrize("persona", REQUEST_PERSONAS)
@pytest.mark.parametrize(
    ("access", "visibility", "everything", "header"),
    [
        (Access.OPEN, Visibility.COMPANY, CIRCLE | {"department", "coordinator"}, set(REQUEST_PERSONAS)),
        (Access.OPEN, Visibility.TEAM, CIRCLE | {"department", "coordinator"}, set()),
        (Access.OPEN, Visibility.LEADERSHIP, LEADERS, set()),
        (Access.RESTRICTED, Visibility.COMPANY, CIRCLE, set()),
        (Access.RESTRICTED, Visibility.LEADERSHIP, LEADERS, set()),
    ],
)
def test_who_sees_how_much_of_a_request(
    persona: str, access: Access, visibility: Visibility, everything: set[str], header: set[str]
) -> None:
    seen = sees_request(
        REQUEST_PERSONAS[persona], HERE, access, visibility, MemberId("UREQ"), [MemberId("UNAMED")], PRODUCTION
    )

    if persona in everything | INVOLVED:
        assert seen is Depth.ALL
    else:
        assert seen is (Depth.HEADER if persona in header else Depth.NOTHING)


@pytest.mark.parametrize("access", Access)
def test_a_conflict_shows_all_to_its_insiders_and_the_header_to_whom_the_account_exists(access: Access) -> None:
    insiders = [MemberId("UAUTHOR"), MemberId("USPO")]
    seen = {name: sees_conflict(viewer, HERE, access, insiders) for name, viewer in PERSONAS.items()}

    assert {name for name, depth in seen.items() if depth is Depth.ALL} == {"author", "sponsor", "KAM lead"}
    outside = {name for name, depth in seen.items() if depth is Depth.NOTHING}
    assert outside == (EVERYBODY - CIRCLE - {"author"} if access is Access.RESTRICTED else set())
