import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.domain.delivery import ChannelFacts, Form, Outgoing, Priority, Ref, Subject
from bot.domain.identity import ChannelId
from bot.domain.members import Role, Standing
from storage.tables import AccountRow, EscalationRow, OutboxRow, RequestRow
from tests.company import NOW, Company
from tests.handlers.conflict_play import HOSTILE, TYPED, Play, labels
from tests.slack import Slack, words


@pytest.fixture
def play(slack: Slack, company: Company) -> Play:
    return Play(slack, company)


@pytest.fixture
def hidden(slack: Slack, company: Company) -> Play:
    return Play(slack, company, "restricted")


def test_sponsor_other_side_raiser_and_channel_are_told_each_in_their_way(play: Play) -> None:
    play.send()
    card = play.slack.out.to(play.keller)[0]
    assert card["text"] == "E-1 · Helvetia Pumpen: Lea Brunner asks for your backing"
    assert labels(card) == ["Acknowledge", "Decide"]
    assert "The goal of Sandra Meier, as Lea Brunner understands it" in words(card)
    assert "You see this because you are asked to decide." in words(card)
    assert labels(play.slack.out.to(play.sandra)[0]) == ["State our view"]
    assert "It is before Martin Keller" in play.read(play.lea)
    header = play.read("CHPU")
    assert "Two goals at Helvetia Pumpen" in header
    for secret in (*list(TYPED.values())[:4], "Lea", "Sandra", "Keller"):
        assert secret not in header


def test_the_kam_hears_of_a_conflict_a_colleague_raised(play: Play) -> None:
    play.send(play.otto)
    assert "Otto Fremd asks Martin Keller for backing" in play.read(play.lea)
    assert TYPED["decision_wanted"] in play.read(play.lea)
    assert "You see this because you answer for the account." in play.read(play.lea)


def test_whoever_is_spoken_for_hears_of_it(play: Play) -> None:
    tom = play.company.member("Tom Ast")
    play.slack.command(play.otto, "/kam-escalate HPU")
    view = play.slack.modals.opened[-1]
    shown = {**view, "id": "V1", "hash": "1", "state": {"values": {}}}
    play.slack.click(play.otto, "escalation.more", view=shown, container={"type": "view"})
    pushed = play.slack.submit(
        play.otto, other_party=f"department:{play.production}", on_behalf_of=tom.id, urgent_reason="audit", **TYPED
    )
    play.slack.submit(play.otto, pushed["view"])
    play.deliver()
    assert "You see this because it was raised in your name." in play.read(tom)
    assert "The goal of Tom Ast" in play.read(play.keller)
    assert "Urgent, because" in play.read(play.keller)


def test_the_other_side_states_its_view_and_the_sponsors_card_shows_it(play: Play) -> None:
    play.send()
    play.press(play.sandra, "State our view")
    assert "Your goal as Lea Brunner understands it:" in words(play.slack.modals.opened[-1])
    assert play.fill(play.sandra, text="We keep two customers waiting") == {}
    assert "The goal of Sandra Meier, in their own words*\nWe keep two customers waiting" in play.read(play.keller)
    assert len(play.slack.out.to(play.keller)) == 1
    assert labels(play.slack.out.to(play.sandra)[0]) == ["Change our view"]
    play.press(play.sandra, "Change our view")
    assert "We keep two customers waiting" in json.dumps(play.slack.modals.opened[-1])


def test_acknowledging_edits_the_card_and_tells_the_others(play: Play) -> None:
    play.send()
    assert play.press(play.keller, "Acknowledge").body == ""
    assert "👀 Acknowledged by Martin Keller" in play.read(play.keller)
    assert labels(play.slack.out.to(play.keller)[0]) == ["Decide"]
    for told in (play.lea, play.sandra):
        assert "Martin Keller has seen it and takes care of it" in play.read(told, 1)
    assert "👀 Acknowledged" in play.read("CHPU")


def test_a_decision_reaches_everybody_once_and_ends_the_buttons(play: Play) -> None:
    play.send()
    assert play.decide() == {}
    for told in (play.lea, play.sandra):
        assert "Advice by Martin Keller, Fri 20 Nov\n" in play.read(told, 1).replace("*", "")
        assert "One line from 8 December" in play.read(told, 1)
        assert len(play.slack.out.to(told)) == 2
    assert labels(play.slack.out.to(play.keller)[0]) == ["It is kept"]
    assert labels(play.slack.out.to(play.sandra)[0]) == []
    assert "One line from 8 December" not in play.read(play.sandra)
    header = play.read("CHPU")
    assert "⚖️ Decided" in header
    assert "One line" not in header


def test_a_settlement_is_confirmed_by_each_side_and_silence_is_shown(play: Play) -> None:
    play.send()
    play.decide("settlement")
    assert labels(play.slack.out.to(play.lea)[1]) == ["Confirm the settlement", "It is kept", "Reopen"]
    play.press(play.sandra, "Confirm the settlement", 1)
    assert labels(play.slack.out.to(play.sandra)[1]) == ["It is kept", "Reopen"]
    for told, post in ((play.keller, 0), (play.lea, 1), (play.sandra, 1)):
        assert "Sandra Meier confirmed it, " in play.read(told, post)
        assert "Lea Brunner has not answered" in play.read(told, post)


def test_a_ruling_needs_the_deciders_word(play: Play) -> None:
    play.send()
    assert list(play.decide("ruling")["errors"]) == ["confirm"]
    assert play.fill(play.keller, text="so", reason="because", kind="ruling", confirm=["yes"]) == {}
    assert "Ruling: decided for both sides." in play.read(play.lea, 1)


def test_a_form_opened_before_the_decision_is_told_who_decided(play: Play) -> None:
    play.send()
    play.press(play.keller, "Decide")
    open_form = play.slack.modals.opened[-1]
    play.decide()
    late = play.slack.submit(play.keller, open_form, text="other", reason="other")
    assert "Martin Keller decided E-1 already" in next(iter(late["errors"].values()))


def test_a_decided_sponsor_who_left_their_card_open_presses_in_vain(play: Play, caplog: Any) -> None:
    play.send()
    card = play.slack.out.to(play.keller)[0]
    stale = {**card, "blocks": [*card["blocks"]]}
    play.decide()
    del play.slack.out.replies[:]
    assert play.slack.press(play.keller, stale, "Acknowledge", ephemeral=False, response_url="").status == 200
    assert not caplog.records


def test_kam_e_1_shows_it_as_deep_as_the_reader_may(play: Play) -> None:
    play.send()
    mine = play.slack.command(play.keller, "/kam E-1")
    assert labels(mine) == ["Acknowledge", "Decide"]
    assert "A stable plan" in words(mine)
    theirs = play.slack.command(play.otto, "/kam e-1")
    assert labels(theirs) == []
    assert "Two goals at Helvetia Pumpen" in words(theirs)
    assert "stable" not in words(theirs)
    assert "I don't know E-9." in words(play.slack.command(play.otto, "/kam E-9"))


def test_a_button_on_an_ephemeral_is_answered_in_its_place(play: Play) -> None:
    play.send()
    shown = play.slack.command(play.keller, "/kam E-1")
    play.slack.press(play.keller, shown, "Acknowledge")
    play.deliver()
    assert play.slack.out.replies[-1]["replace"] is True
    assert labels(play.slack.out.replies[-1]) == ["Decide"]


def test_a_hidden_conflict_does_not_exist_for_others_and_no_channel_hears_of_it(hidden: Play) -> None:
    hidden.send()
    hidden.decide()
    admin = hidden.company.member("Adam", role=Role.ADMIN)
    unknown = words(hidden.slack.command(hidden.otto, "/kam E-9")).replace("E-9", "E-1")
    for stranger in (hidden.otto, hidden.cora, admin):
        assert words(hidden.slack.command(stranger, "/kam E-1")) == unknown
    assert hidden.slack.out.to("CHPU") == []
    card = hidden.slack.out.to(hidden.keller)[0]
    assert "Helvetia" not in card["text"]
    assert "🔒" in words(card)


def test_the_circle_of_a_hidden_account_sees_the_header(hidden: Play) -> None:
    hidden.send()
    hidden.company.team(hidden.account, hidden.otto)
    said = words(hidden.slack.command(hidden.otto, "/kam E-1"))
    assert "🔒 Restricted account: only its own people see this." in said
    assert "stable" not in said


def test_guests_get_a_polite_refusal_for_everything(play: Play) -> None:
    play.send()
    guest = play.company.member("Gast", standing=Standing.GUEST)
    for line in ("/kam-escalate HPU: x", "/kam E-1"):
        assert "full members" in words(play.slack.command(guest, line))
    opened = len(play.slack.modals.opened)
    play.slack.click(guest, "escalation.decide", "1", response_url="")
    assert len(play.slack.modals.opened) == opened


def test_without_any_sponsor_the_admins_are_called_with_id_and_age_only(play: Play) -> None:
    admin = play.company.member("Adam Min", role=Role.ADMIN)
    play.change(play.keller, standing=Standing.DEACTIVATED)
    said = words(play.preview()["view"])
    assert "Nobody can receive it yet. Adam Min will be asked to assign a sponsor" in said
    assert "Skipped: the KAM's sponsor, Martin Keller (left) – can't be reached here any more." in said
    play.send()
    alarm = play.read(admin)
    assert "E-1 has no sponsor: please assign one." in alarm
    assert "It waits since" in alarm
    for secret in ("Helvetia", "Lea", "Sandra", "stable"):
        assert secret not in alarm
    assert "Nobody can receive it yet" in play.read(play.lea)
    assert "nobody yet" in play.read(play.sandra)


def test_kam_leads_receive_it_last_and_the_first_to_act_takes_it(play: Play) -> None:
    ana = play.company.member("Ana Lead", role=Role.KAM_LEAD)
    ben = play.company.member("Ben Lead", role=Role.KAM_LEAD)
    play.change(play.keller, standing=Standing.DEACTIVATED)
    assert "It goes to the KAM leads: Ana Lead and Ben Lead." in words(play.preview()["view"])
    play.send()
    play.press(ana, "Acknowledge")
    assert labels(play.slack.out.to(ana)[0]) == ["Decide"]
    assert labels(play.slack.out.to(ben)[0]) == []
    assert "👀 Acknowledged by Ana Lead" in play.read(ben)


def test_a_card_leaves_whoever_may_no_longer_read_it(play: Play) -> None:
    ana = play.company.member("Ana Lead", role=Role.KAM_LEAD)
    ben = play.company.member("Ben Lead", role=Role.KAM_LEAD)
    play.change(play.keller, standing=Standing.DEACTIVATED)
    play.send()
    play.change(ben, role=Role.MEMBER)
    play.press(ana, "Acknowledge")
    assert play.slack.out.to(ben) == []


def test_a_call_for_a_sponsor_is_not_sent_to_who_lost_the_role(play: Play) -> None:
    admin = play.company.member("Adam Min", role=Role.ADMIN)
    play.company.member("Eva Min", role=Role.ADMIN)
    play.change(play.keller, standing=Standing.DEACTIVATED)
    view = play.preview()["view"]
    play.slack.submit(play.lea, view)
    play.change(admin, role=Role.MEMBER)
    play.deliver()
    assert play.slack.out.to(admin) == []


def test_a_note_is_not_sent_to_whom_it_no_longer_concerns(play: Play) -> None:
    with play.company.store.engine.begin() as connection:
        connection.execute(delete(OutboxRow))
    kim = play.company.member("Kim")
    nord = play.company.account("Nord", kam=kim, sponsor=play.keller)
    view = play.preview(line="Nord")["view"]
    play.slack.submit(play.lea, view)
    with play.company.store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == nord).values(kam_id=None))
    play.deliver()
    assert play.slack.out.to(kim) == []


def test_a_closed_channel_sends_the_header_to_the_kam(play: Play) -> None:
    facts = ChannelFacts(ChannelId("CHPU"), "hpu", is_external=True, is_member=True, checked_at=NOW)
    play.slack.out.channels["CHPU"] = facts
    play.send(play.otto)
    assert play.slack.out.to("CHPU") == []
    headers = [post for post in play.slack.out.to(play.lea) if "Two goals" in post["text"]]
    assert len(headers) == 1
    assert "stable" not in words(headers[0])


def test_hostile_text_stays_literal_everywhere(play: Play) -> None:
    account = play.company.account("<!channel> *GmbH*", kam=play.lea, channel_id="CEVIL")
    play.slack.command(play.lea, "/kam-escalate")
    typed: dict[str, Any] = dict.fromkeys(("our_goal", "their_goal", "tried", "decision_wanted"), HOSTILE)
    pushed = play.slack.submit(
        play.lea, account=account, other_party=f"department:{play.production}", decide_by="2026-12-01", **typed
    )
    play.slack.submit(play.lea, pushed["view"])
    play.deliver()
    play.press(play.sandra, "State our view")
    play.fill(play.sandra, text=HOSTILE)
    play.decide(text=HOSTILE, reason=HOSTILE)
    shown = [*play.slack.out.posts, pushed["view"], play.slack.command(play.lea, "/kam E-1")]
    for markup in (text for message in shown for text in _markup(message)):
        for entity in ("<!channel", "<@", "<https", " *bold*", "*GmbH*"):
            assert entity not in markup


def test_long_words_are_cut_on_the_card_and_whole_in_a_window(play: Play) -> None:
    long = "word " * 599
    play.send(our_goal=long, their_goal=long, tried=long, decision_wanted=long)
    card = play.slack.out.to(play.keller)[0]
    assert len(words(card)) < 9500
    assert labels(card) == ["Acknowledge", "Decide", "Every word"]
    play.press(play.keller, "Every word")
    assert words(play.slack.modals.opened[-1]).count(long.strip()) == 4
    play.decide()
    assert labels(play.slack.out.to(play.sandra)[0]) == ["Every word"]


def test_the_requests_thread_gets_a_line_and_only_there(play: Play) -> None:
    request = _declined(play)
    with play.company.store.begin(play.company.workspace) as tx:
        about = Ref(Subject.REQUEST, request)
        line = Outgoing(Form.CARD, "request.card", about, Priority.REQUEST, to_channel=ChannelId("CPRODUCTION"))
        tx.outbox.put(line, NOW)
    play.slack.click(play.lea, "escalation.from_request", request)
    pushed = play.slack.submit(play.lea, decision_wanted="One engineer", decide_by="2026-12-01")
    play.slack.submit(play.lea, pushed["view"])
    play.deliver()
    play.decide()
    posts = play.slack.out.to("CPRODUCTION")
    line_post = next(post for post in posts if "about this request is decided" in post["text"])
    assert line_post["thread_ts"] == posts[0]["ts"]


def test_without_the_requests_card_there_is_no_line(play: Play) -> None:
    play.send()
    about = Ref(Subject.ESCALATION, _only_id(play))
    request = Ref(Subject.REQUEST, 77)
    line = Outgoing(
        Form.NOTE,
        "escalation.request_line",
        about,
        Priority.ESCALATION,
        to_channel=ChannelId("CX"),
        thread_of=request,
    )
    with play.company.store.begin(play.company.workspace) as tx:
        tx.outbox.put(line, NOW)
    play.deliver()
    assert play.slack.out.to("CX") == []


def test_it_all_speaks_german(play: Play) -> None:
    play.change(play.keller, locale="de-DE")
    play.send()
    card = play.slack.out.to(play.keller)[0]
    assert "Lea Brunner bittet um deine Rückendeckung" in card["text"]
    assert "Entscheiden" in labels(card)


def _declined(play: Play) -> int:
    row = {
        "workspace_id": play.company.workspace,
        "id": 77,
        "number": 12,
        "account_id": play.account,
        "department_id": play.production,
        "requester_id": play.lea.id,
        "kind": "expert",
        "what": "Two engineers",
        "why": "The line starts",
        "needed_by": NOW.date(),
        "visibility": "company",
        "state": "declined",
        "decline_reason": "capacity",
        "answer_words": "all on another line",
        "answered_by_id": play.cora.id,
        "answered_at": NOW,
        "created_at": NOW,
        "version": 2,
    }
    with play.company.store.engine.begin() as connection:
        connection.execute(insert(RequestRow).values(**row))
    return 77


def _only_id(play: Play) -> int:
    with play.company.store.engine.connect() as connection:
        found: int = connection.execute(select(EscalationRow.id)).scalar_one()
        return found


def _markup(part: Any) -> Iterator[str]:
    """Yield every text that Slack reads as markup."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for value in part.values():
            yield from _markup(value)
    elif isinstance(part, list):
        for value in part:
            yield from _markup(value)
