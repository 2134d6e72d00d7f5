"""A note from which somebody acts shows what became of it, without the buttons that are over."""

from typing import Any

import pytest

from bot.domain.members import Member
from bot.services import timers
from tests.company import Company
from tests.handlers.conflict_play import Play, labels
from tests.slack import Slack, words


@pytest.fixture
def play(slack: Slack, company: Company) -> Play:
    return Play(slack, company)


def asked(play: Play) -> dict[str, Any]:
    """Let the sponsor ask the raiser; return the note."""
    play.send()
    play.slack.click(play.keller, "escalation.menu", f"ask:{_id(play)}", ephemeral=False)
    play.fill(play.keller, person=play.lea.id, text="Which half?")
    return _note(play, play.lea, "Which half?")


def _id(play: Play) -> int:
    with play.company.store.read(play.company.workspace) as tx:
        found = tx.escalations.by_number(1, tx.access.viewer(play.lea))
    assert found is not None
    return found.id


def _note(play: Play, person: Member, text: str) -> dict[str, Any]:
    return next(post for post in play.slack.out.to(person) if text in words(post))


def _press(play: Play, person: Member, note: dict[str, Any], label: str) -> None:
    where = {"type": "message", "channel_id": f"D{person.id}", "message_ts": note["ts"], "is_ephemeral": False}
    play.slack.press(person, note, label, container=where)
    play.deliver()


def test_an_answered_question_has_its_answer_and_no_button_any_more(play: Play) -> None:
    note = asked(play)
    assert labels(note) == ["Answer"]
    _press(play, play.lea, note, "Answer")
    play.fill(play.lea, text="The western one")
    (shown,) = play.slack.out.replies
    assert shown["replace"]
    assert labels(shown) == []
    assert "Which half?" in words(shown)
    assert "Lea Brunner answered" in words(shown)
    assert "The western one" in words(shown)


def test_an_acknowledged_reminder_keeps_what_can_still_be_done_and_says_who_has_it(play: Play) -> None:
    play.send()
    play.slack.later(hours=5)
    with play.company.store.read(play.company.workspace) as tx:
        due = tx.timers.due(play.slack.now, 10)
    for timer_id in due:
        timers.fire(play.company.store, play.company.workspace, timer_id, play.slack.now)
    play.deliver()
    note = play.slack.out.to(play.keller)[-1]
    assert labels(note) == ["Acknowledge", "Decide"]
    assert "late by 1 hour" in words(note)
    _press(play, play.keller, note, "Acknowledge")
    shown = play.slack.out.replies[-1]
    assert shown["replace"]
    assert labels(shown) == ["Decide"]
    assert "👀 Acknowledged by Martin Keller" in words(shown)


def test_a_press_that_comes_too_late_is_told_so_and_the_note_loses_its_button(play: Play) -> None:
    note = asked(play)
    play.decide()
    _press(play, play.lea, note, "Answer")
    assert "decided E-1 already" in words(play.slack.modals.answers[-1])
    shown = play.slack.out.replies[-1]
    assert shown["replace"]
    assert labels(shown) == []


def test_a_form_that_was_opened_from_an_ephemeral_shows_there_what_became_of_it(play: Play) -> None:
    play.send()
    shown = play.slack.command(play.lea, "/kam E-1")
    play.slack.press(play.lea, shown, "Withdraw")
    play.fill(play.lea, text="We agreed")
    after = play.slack.out.replies[-1]
    assert after["replace"]
    assert "Lea Brunner withdrew it" in words(after)
    assert "Reopen" in labels(after)


def test_a_form_that_was_opened_from_a_card_edits_it_and_answers_nowhere_else(play: Play) -> None:
    play.send()
    card = play.slack.out.to(play.sandra)[0]
    _press(play, play.sandra, card, "State our view")
    play.fill(play.sandra, text="The plan is full")
    assert play.slack.out.replies == []
    assert "The plan is full" in words(play.slack.out.to(play.sandra)[0])


def test_the_raiser_hears_the_other_sides_view(play: Play) -> None:
    play.send()
    play.press(play.sandra, "State our view")
    play.fill(play.sandra, text="The plan is full")
    note = play.slack.out.to(play.lea)[-1]
    assert "Sandra Meier says how they see it" in words(note)
    assert "The plan is full" in words(note)
    assert labels(note) == []


def test_an_offer_is_taken_back_from_the_cards_menu(play: Play) -> None:
    play.send()
    play.slack.click(play.keller, "escalation.menu", f"hand_over:{_id(play)}", ephemeral=False)
    play.fill(play.keller, person=play.otto.id, text="You know them better")
    card = play.slack.out.to(play.otto)[0]
    assert "You know them better" in words(card)
    play.slack.click(play.keller, "escalation.menu", f"take_back:{_id(play)}", ephemeral=False)
    assert "Otto Fremd hears that you took it back" in words(play.slack.modals.opened[-1])
    play.fill(play.keller, text="I am back")
    assert [words(post) for post in play.slack.out.to(play.otto)] == [
        "↪️ Martin Keller took back the offer of E-1; nothing of it waits for you."
    ]
