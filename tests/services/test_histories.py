"""Histories: on the object with its id, and whole behind a button, for those who may see all of it."""

import json

import pytest

from bot.domain.delivery import Ref, Subject
from bot.domain.history import Change
from bot.domain.members import Member
from tests.company import WORKSPACE, Company
from tests.services.test_worklists import Office
from tests.slack import Slack, words


@pytest.fixture
def office(slack: Slack, company: Company) -> Office:
    return Office(slack, company)


def record(office: Office, about: Ref, *actions: str, actor: Member | None = None) -> None:
    """Record what happened, a minute apart."""
    for action in actions:
        office.slack.later(minutes=1)
        change = Change(about, action, actor.id if actor else None, office.slack.now, words="Which line?")
        with office.slack.store.begin(WORKSPACE) as tx:
            tx.history.record(change)


def test_an_id_shows_what_happened_last_and_a_button_opens_all_of_it(office: Office) -> None:
    about = Ref(Subject.REQUEST, office.request())
    record(office, about, "request.sent", "request.questioned", actor=office.lea)
    record(office, about, *["request.reminded"] * 8)

    card = office.slack.command(office.lea, "/kam R-1")
    office.slack.press(office.lea, card, "See all")

    assert "… 4 earlier entries" in words(card)
    assert "Lea Brunner asked" not in words(card)
    whole = words(office.slack.modals.opened[-1])
    assert "History of R-1" in whole
    assert "Lea Brunner asked: “Which line?”" in whole
    assert whole.index("asked back") < whole.index("The department was reminded")


def test_a_conflicts_history_in_german(office: Office) -> None:
    office.martin = office.company.member("Mara Kühn", locale="de-DE")
    about = Ref(Subject.ESCALATION, office.conflict())
    record(office, about, "escalation.raised", *["escalation.reminded"] * 8, actor=office.lea)

    office.slack.press(office.martin, office.slack.command(office.martin, "/kam E-1"), "Alles zeigen")

    whole = words(office.slack.modals.opened[-1])
    assert "Verlauf von E-1" in whole
    assert "Lea Brunner hat um Rückendeckung gebeten: „Which line?“" in whole


@pytest.mark.parametrize("subject", ["request", "escalation"])
def test_who_sees_the_header_only_gets_no_history(office: Office, subject: str) -> None:
    made = office.request() if subject == "request" else office.conflict()
    record(office, Ref(Subject(subject), made), f"{subject}.reopened", actor=office.lea)

    shown = office.say(office.nina, f"/kam {'R' if subject == 'request' else 'E'}-{made}")
    office.slack.click(office.nina, f"{subject}.history", made)

    assert "Which line?" not in shown
    assert office.slack.modals.opened == []
    assert "This is not here any more." in json.dumps(office.slack.modals.answers)


def test_what_never_was_has_no_history(office: Office) -> None:
    for value in ("", "x", "404", str(2**63)):
        office.slack.click(office.lea, "request.history", value)

    assert office.slack.modals.opened == []
    assert len(office.slack.modals.answers) == 4
