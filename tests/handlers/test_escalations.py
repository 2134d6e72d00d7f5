import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.domain.delivery import ChannelFacts, Form, Outgoing, Priority, Ref, Subject
from bot.domain.identity import ChannelId
from bot.domain.members import Member, Role, Standing
from storage.tables import AccountRow, EscalationRow, MemberRow, OutboxRow, RequestRow
from tests.company import NOW, Company
from tests.slack import Slack, words

HOSTILE = "<!channel> <@U1> *bold* _it_ `code` <https://evil|bank> & :tada:\n> quote"
TYPED: dict[str, Any] = {
    "our_goal": "Pilot line by December",
    "their_goal": "A stable plan",
    "tried": "Talked twice",
    "decision_wanted": "One line from 1 December",
    "decide_by": "2026-12-01",
}


@dataclass
class Play:
    """Lea (KAM of Helvetia) against Production, headed by Sandra; Martin Keller backs Lea."""

    slack: Slack
    company: Company
    access: str = "open"

    def __post_init__(self) -> None:
        company = self.company
        self.lea = company.member("Lea Brunner")
        self.keller = company.member("Martin Keller", level=1)
        self.cora, self.sandra = company.member("Cora Huber"), company.member("Sandra Meier")
        self.otto = company.member("Otto Fremd")
        self.production = company.department("Production", self.cora, head=self.sandra)
        self.account = company.account("Helvetia Pumpen", "HPU", kam=self.lea, access=self.access, channel_id="CHPU")
        company.sponsorship(self.keller, self.lea)

    def preview(self, actor: Member | None = None, line: str = "HPU", **typed: Any) -> dict[str, Any]:
        actor = actor or self.lea
        self.slack.command(actor, f"/kam-escalate {line}")
        return self.slack.submit(actor, **{"other_party": f"department:{self.production}", **TYPED, **typed})

    def send(self, actor: Member | None = None, **typed: Any) -> None:
        anyway = typed.pop("anyway", None)
        view = self.preview(actor, **typed)["view"]
        given: dict[str, Any] = {"anyway": anyway} if anyway else {}
        assert self.slack.submit(actor or self.lea, view, **given) == {"response_action": "clear"}
        self.deliver()

    def deliver(self) -> None:
        for _ in range(8):
            self.slack.later(seconds=2)
            self.slack.deliver()

    def press(self, actor: Member, label: str, post: int = 0) -> Any:
        answer = self.slack.press(actor, self.slack.out.to(actor)[post], label, ephemeral=False)
        self.deliver()
        return answer

    def fill(self, actor: Member, **typed: Any) -> dict[str, Any]:
        answer = self.slack.submit(actor, **typed)
        self.deliver()
        return answer

    def decide(self, kind: str = "advice", **typed: Any) -> dict[str, Any]:
        self.press(self.keller, "Decide")
        return self.fill(self.keller, **{"text": "One line from 8 December", "reason": "audit", "kind": kind, **typed})

    def read(self, actor: Member | str, post: int = 0) -> str:
        return words(self.slack.out.to(actor)[post])

    def change(self, member: Member, **values: Any) -> None:
        with self.company.store.engine.begin() as connection:
            connection.execute(update(MemberRow).where(MemberRow.id == member.id).values(**values))


@pytest.fixture
def play(slack: Slack, company: Company) -> Play:
    return Play(slack, company)


@pytest.fixture
def hidden(slack: Slack, company: Company) -> Play:
    return Play(slack, company, "restricted")


def labels(message: dict[str, Any]) -> list[str]:
    """Return the labels of the buttons on a message; the menu has none."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row if element["type"] == "button"]


def test_the_form_opens_with_account_and_goal(play: Play) -> None:
    assert play.slack.command(play.lea, "/kam-escalate HPU: Pilot line by December") == {}
    view = play.slack.modals.opened[-1]
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert list(inputs) == [
        "account",
        "other_party",
        "our_goal",
        "their_goal",
        "tried",
        "decision_wanted",
        "decide_by",
    ]
    assert inputs["account"]["element"]["initial_option"]["text"]["text"] == "Helvetia Pumpen"
    assert inputs["our_goal"]["element"]["initial_value"] == "Pilot line by December"
    assert "dispatch_action" not in inputs["account"] or not inputs["account"]["dispatch_action"]


@pytest.mark.parametrize("verb", ["/kam escalate", "/kam eskalieren", "/kam-escalate"])
def test_every_verb_opens_the_form(play: Play, verb: str) -> None:
    play.slack.command(play.lea, f"{verb} HPU: goal")
    assert play.slack.modals.opened[-1]["callback_id"] == "escalation"


def test_a_button_opens_the_form_with_an_account(play: Play) -> None:
    play.slack.click(play.lea, "escalation.start", play.account)
    assert "Helvetia Pumpen" in json.dumps(play.slack.modals.opened[-1])
    play.slack.click(play.lea, "escalation.start")
    assert "Helvetia Pumpen" not in json.dumps(play.slack.modals.opened[-1])


def test_a_form_slack_did_not_open_is_offered_again_with_the_text(play: Play) -> None:
    play.slack.modals.silent = True
    offered = play.slack.command(play.lea, "/kam-escalate HPU: Pilot line")
    play.slack.modals.silent = False
    play.slack.press(play.lea, offered, "Open the form")
    assert "Pilot line" in json.dumps(play.slack.modals.opened[-1])


def test_more_keeps_what_is_typed_and_shows_the_rarer_fields(play: Play) -> None:
    play.slack.command(play.lea, "/kam-escalate HPU")
    view = play.slack.modals.opened[-1]
    state = {"our_goal": {"value": {"type": "plain_text_input", "value": "typed before"}}}
    shown = {**view, "id": "V1", "hash": "1", "state": {"values": state}}
    play.slack.click(play.lea, "escalation.more", view=shown, container={"type": "view"})
    view = play.slack.modals.opened[-1]
    assert "typed before" in json.dumps(view)
    assert {"effect", "options", "urgent_reason", "on_behalf_of"} <= {block.get("block_id") for block in view["blocks"]}


def test_the_search_offers_departments_and_people(play: Play) -> None:
    play.company.member("Ben Sander", department_id=play.production)
    assert play.slack.search(play.lea, "escalation.party")[0] == "Production"
    assert "Ben Sander · Production" in play.slack.search(play.lea, "escalation.party", "sander")


def test_the_preview_names_recipient_skipped_steps_readers_and_the_other_side(play: Play) -> None:
    answer = play.preview()
    assert answer["response_action"] == "push"
    said = words(answer["view"])
    assert "It goes to Martin Keller: the KAM's sponsor." in said
    assert "Skipped: the account's own sponsor – nobody is set." in said
    assert "Sandra Meier (Production) is invited to state the other goal in their own words." in said
    assert "Lea Brunner, Sandra Meier and Martin Keller see all of it." in said
    assert "anyway" not in {block.get("block_id") for block in answer["view"]["blocks"]}
    assert not play.slack.out.posts


def test_what_is_missing_is_named_and_sending_anyway_takes_a_reason(play: Play) -> None:
    view = play.preview(tried=None, decide_by=None)["view"]
    assert "Still missing: what was tried and by when." in words(view)
    refused = play.slack.submit(play.lea, view)
    assert list(refused["errors"]) == ["anyway"]
    assert play.slack.submit(play.lea, view, anyway="the customer calls tomorrow") == {"response_action": "clear"}
    play.deliver()
    assert "Sent without everything, because" in play.read(play.keller)
    assert "the customer calls tomorrow" in play.read(play.keller)


def test_a_sponsor_who_changed_since_the_preview_is_shown_before_it_is_sent(play: Play) -> None:
    view = play.preview(tried=None)["view"]
    neu = play.company.member("Nora Neu")
    with play.company.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(sponsor_id=neu.id))

    answer = play.slack.submit(play.lea, view, anyway="the customer calls")
    play.deliver()
    assert answer["response_action"] == "update"
    assert "This changed since you looked at it." in words(answer["view"])
    assert "It goes to Nora Neu" in words(answer["view"])
    assert not play.slack.out.posts

    assert play.slack.submit(play.lea, answer["view"], anyway="the customer calls") == {"response_action": "clear"}
    play.deliver()
    assert play.slack.out.to(neu)
    assert not play.slack.out.to(play.keller)


def test_a_past_date_stays_in_the_form(play: Play) -> None:
    refused = play.preview(decide_by="2026-11-19")
    assert list(refused["errors"]) == ["decide_by"]


def test_nobody_stands_on_both_sides(play: Play) -> None:
    assert list(play.preview(other_party=f"member:{play.lea.id}")["errors"]) == ["other_party"]


def test_a_junior_sponsor_is_a_warning_never_a_block(play: Play) -> None:
    play.change(play.keller, level=3)
    assert "Martin Keller is not in senior management." in words(play.preview()["view"])


def test_a_restricted_preview_names_exactly_who_will_see_it(hidden: Play) -> None:
    said = words(hidden.preview()["view"])
    assert "🔒 Restricted account: Lea Brunner, Sandra Meier and Martin Keller see all of this" in said


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


def test_without_anybody_the_preview_says_so(play: Play) -> None:
    play.change(play.keller, standing=Standing.DEACTIVATED)
    assert "there is nobody to assign a sponsor" in words(play.preview()["view"])
    play.send()
    assert "Nobody can receive it yet" in play.read(play.lea)


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


def test_text_that_no_field_takes_is_named(play: Play) -> None:
    play.slack.command(play.lea, "/kam-escalate HPU: " + "word " * 20000)
    assert "A field takes 3,000 characters; your text is longer and was cut." in words(play.slack.modals.opened[-1])


def test_a_new_account_is_made_with_the_conflict(play: Play) -> None:
    lead = play.company.member("Ana Lead", role=Role.KAM_LEAD)
    said = words(play.preview(line="Nordwind: more capacity")["view"])
    assert "Nordwind is new: it is created with this and has no KAM yet." in said
    play.send(line="Nordwind: more capacity")
    assert "Nordwind" in play.slack.out.to(lead)[0]["text"]


def test_a_declined_request_becomes_a_conflict_in_the_words_of_both(play: Play) -> None:
    request = _declined(play)
    play.slack.click(play.lea, "escalation.from_request", request)
    inputs = {
        block["block_id"]: block["element"]
        for block in play.slack.modals.opened[-1]["blocks"]
        if block["type"] == "input"
    }
    assert inputs["our_goal"]["initial_value"] == "Two engineers\nThe line starts"
    assert "all on another line" in inputs["their_goal"]["initial_value"]
    assert inputs["tried"]["initial_value"].startswith("We asked in R-12; it was declined because: ")
    assert inputs["other_party"]["initial_option"]["text"]["text"] == "Cora Huber"
    pushed = play.slack.submit(play.lea, decision_wanted="One engineer", decide_by="2026-12-01")
    assert "Sandra Meier is informed as head of the department." in words(pushed["view"])
    play.slack.submit(play.lea, pushed["view"])
    play.deliver()
    assert "R-12" in play.read(play.keller)
    assert "You see this because it is about your department's answer." in play.read(play.sandra)


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


def _only_id(play: Play) -> int:
    with play.company.store.engine.connect() as connection:
        found: int = connection.execute(select(EscalationRow.id)).scalar_one()
        return found


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
