import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import BoltResponse
from sqlalchemy import select, text

from bot.domain.identity import AccountId
from bot.domain.interactions import REGRET
from bot.domain.members import Member, Role
from storage.tables import AccountRow, InteractionRow
from tests.company import Company
from tests.slack import Slack, words

HOSTILE = [
    "<!channel> <!here>",
    "<@U123> <#C1|x> <!subteam^S1>",
    "<https://evil.example|https://bank.example>",
    "*Approved by Ana Costa* _yes_ ~no~",
    "```\nfence\n``` `code`",
    ":tada: :flag-ch:",
    "> quoted\n• listed\n1. counted",
    "good\n🗒 Ana Costa logged at Helvetia: everything is fine",
    "O'Brien AC/DC 100 % \"unbalanced {0} {name} %s",
    "\u202eright to left\u202c שלום مرحبا",
    "zero\u200bwidth\u2060 👩\u200d🔧🏽 🇨🇭",
    "&lt;!channel&gt; &amp;",
]


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea Brunner")


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias Seidel")


@pytest.fixture
def helvetia(company: Company, tobias: Member) -> AccountId:
    return company.account("Helvetia Pumpen", "HPU", kam=tobias, channel_id="CHPU")


def press_in_form(slack: Slack, actor: Member, label: str, **shown: Any) -> BoltResponse:
    """Press a button of the open modal."""
    view = slack.modals.opened[-1]
    return slack.press(
        actor, view, label, view={**view, "id": "V1", "hash": "1.a", **shown}, container={"type": "view"}
    )


def inputs(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def buttons(message: Mapping[str, Any]) -> list[str]:
    elements = [element for block in message["blocks"] for element in block.get("elements", [])]
    return [element["text"]["text"] for element in elements if element.get("type") == "button"]


def quoted(message: Mapping[str, Any]) -> str:
    [part] = [block for block in message["blocks"] if block["type"] == "rich_text"]
    return str(part["elements"][0]["elements"][0]["text"])


def stored(slack: Slack) -> list[str]:
    with slack.store.engine.connect() as connection:
        return list(connection.execute(select(InteractionRow.text).order_by(InteractionRow.number)).scalars())


# ---- one line


def test_a_line_with_a_known_account_is_saved_at_once_and_told_to_its_channel(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch beim Einkauf, will den Liefertermin vorziehen")

    assert "Logged at Helvetia Pumpen as I-1" in words(answer)
    assert "Besuch beim Einkauf, will den Liefertermin vorziehen" in words(answer)
    assert "KAM: Tobias Seidel" in words(answer)
    assert buttons(answer) == ["Edit", "Undo"]
    slack.deliver()
    assert slack.out.to("CHPU")[0]["text"].startswith("🗒 Lea Brunner logged at Helvetia Pumpen")


def test_a_guessed_account_is_named_first(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    answer = slack.command(lea, "/kam-log Helvetai Pumpen: Besuch")

    assert words(answer).startswith("*Read as Helvetia Pumpen: logged as I-1*")
    assert "If you meant another account, press Edit" in words(answer)


def test_a_german_reads_german(slack: Slack, company: Company, helvetia: AccountId) -> None:
    anna = company.member("Anna", locale="de-CH")

    assert "Bei Helvetia Pumpen erfasst als I-1" in words(slack.command(anna, "/kam erfassen HPU: Besuch"))
    assert buttons(slack.command(anna, "/kam-log Neuwerk: Besuch"))[-2:] == ["Neuer Account", "Im Formular wählen"]


def test_the_channels_line_follows_its_form(slack: Slack, company: Company, lea: Member, helvetia: AccountId) -> None:
    anna = company.contact(helvetia, "Anna Frei")
    slack.command(lea, "/kam-log HPU:")
    slack.submit(
        lea, text="Will Muster " + "x" * 200, kind="visit", category="need", contacts=[anna], visibility="company"
    )
    slack.deliver()

    [line] = slack.out.to("CHPU")
    assert re.fullmatch(
        r"🗒 Lea Brunner logged a visit at Helvetia Pumpen \(need\): Will Muster x{127}… · I-1", line["text"]
    )
    assert "Anna" not in json.dumps(line)


def test_a_planned_visit_says_so(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, "/kam-log HPU:")
    slack.submit(lea, text="Jahresgespräch", kind="visit", occurred_at=int((slack.now + timedelta(days=4)).timestamp()))
    slack.deliver()

    assert (
        "logged a visit at Helvetia Pumpen, planned for Tue 24 Nov: Jahresgespräch" in slack.out.to("CHPU")[0]["text"]
    )
    assert "(planned)" in words(slack.out.replies[-1])


@pytest.mark.parametrize("count", [2, 100])
def test_a_burst_is_one_message_inside_slacks_limits(
    slack: Slack, lea: Member, helvetia: AccountId, count: int
) -> None:
    for number in range(count):
        slack.command(lea, f"/kam-log HPU: {'&' * 140} {number}")
    slack.deliver()

    [message] = slack.out.to("CHPU")
    assert len(message["blocks"]) <= 50
    assert sum(len(block["text"]["text"]) for block in message["blocks"]) < 9500
    assert ("more" in words(message)) == (count == 100)


# ---- which account?


def test_an_unclear_account_is_asked_for_and_the_pick_replaces_the_question(
    slack: Slack, company: Company, lea: Member, helvetia: AccountId
) -> None:
    company.account("Helvetia Ventile")
    company.account("Alpina")

    question = slack.command(lea, "/kam-log Helvetiabau: Besuch *jetzt*")
    assert "I don't know an account called Helvetiabau. Which one is it?" in words(question)
    assert buttons(question)[:2] == ["Helvetia Pumpen", "Helvetia Ventile"]
    assert buttons(question)[-2:] == ["New account", "Choose in the form"]
    assert stored(slack) == []

    slack.press(lea, question, "Helvetia Pumpen")
    slack.deliver()
    [reply] = slack.out.replies
    assert (reply["url"], reply["replace"]) == ("https://hooks.slack.test/2", True)
    assert "Logged at Helvetia Pumpen as I-1" in words(reply)
    assert stored(slack) == ["Besuch *jetzt*"]


def test_a_new_account_is_created_by_a_button_and_has_no_kam_yet(slack: Slack, company: Company, lea: Member) -> None:
    lead = company.member("Nina Keller", role=Role.KAM_LEAD, locale="de-DE")

    slack.press(lea, slack.command(lea, "/kam-log O'Brien & Söhne <AG>: Besuch"), "New account")
    slack.deliver()

    assert "O'Brien &amp; Söhne &lt;AG&gt; is new and I-1 is logged" in words(slack.out.replies[-1])
    assert "no KAM yet" in words(slack.out.replies[-1])
    assert "O'Brien &amp; Söhne &lt;AG&gt;" in slack.out.to(lead)[0]["text"]


def test_with_nothing_imported_a_line_without_a_colon_gets_its_account_in_the_form(slack: Slack, lea: Member) -> None:
    question = slack.command(lea, "/kam-log Besuch bei Helvetia um 10:30")

    slack.press(lea, question, "New account")
    view = slack.modals.opened[-1]
    assert inputs(view)["text"]["initial_value"] == "Besuch bei Helvetia um 10:30"
    assert slack.submit(lea, new_account="Helvetia") == {}
    slack.deliver()

    assert "Helvetia is new and I-1 is logged" in words(slack.out.replies[-1])
    assert slack.out.replies[-1]["replace"]
    assert stored(slack) == ["Besuch bei Helvetia um 10:30"]


def test_two_accounts_of_one_name_can_be_told_apart_when_one_is_hidden_from_most(
    slack: Slack, company: Company, lea: Member
) -> None:
    company.account("Alpina")
    company.account("Alpina", access="restricted", kam=lea)

    question = slack.command(lea, "/kam-log Alpina: Besuch")

    assert "Several accounts are called Alpina. Which one is it?" in words(question)
    assert sorted(buttons(question)[:2]) == ["Alpina", "🔒 Alpina"]
    slack.press(lea, question, "🔒 Alpina")
    slack.deliver()
    assert "🔒 Restricted account: only its own people see this." in words(slack.out.replies[-1])


def test_a_question_answered_by_another_person_or_twice_is_refused(
    slack: Slack, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    question = slack.command(lea, "/kam-log Helvetiabau: Besuch")

    slack.press(tobias, question, "Helvetia Pumpen")
    slack.press(tobias, question, "Choose in the form")
    assert stored(slack) == []
    slack.press(lea, question, "Helvetia Pumpen")
    slack.press(lea, question, "New account")
    assert stored(slack) == ["Besuch"]
    assert all("saved already, or was somebody else's" in words(answer) for answer in slack.modals.answers)
    assert len(slack.modals.answers) == 3


# ---- the form


def test_the_form_asks_seven_things_at_first_and_keeps_them_under_more(
    slack: Slack, company: Company, lea: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log")
    plain = inputs(slack.modals.opened[-1])
    slack.choose(lea, "account", str(helvetia))
    chosen = inputs(slack.modals.opened[-1])
    press_in_form(slack, lea, "More")
    more = inputs(slack.modals.opened[-1])

    assert len(plain) <= 7
    assert len(chosen) <= 7
    assert f"contacts~{helvetia}" in chosen
    assert list(more)[: len(chosen)] == list(chosen)
    assert all(more[name]["action_id"] == chosen[name]["action_id"] for name in chosen)
    assert {"participants", "satisfaction", "promise_due", "next_step_owner"} < set(more)
    assert "More" not in words(slack.modals.opened[-1])


def test_the_contacts_follow_the_account(slack: Slack, company: Company, lea: Member, helvetia: AccountId) -> None:
    alpina = company.account("Alpina")
    company.contact(helvetia, "Anna Frei")
    company.contact(alpina, "Alma <!here>")
    slack.command(lea, "/kam-log HPU:")
    assert slack.search(lea, "contact.find") == ["Anna Frei"]

    slack.choose(lea, "account", str(alpina))

    assert f"contacts~{alpina}" in inputs(slack.modals.opened[-1])
    assert slack.search(lea, "contact.find") == ["Alma <!here>"]
    assert slack.search(lea, "account.find", "alp") == ["Alpina"]


def test_a_new_account_can_be_named_in_the_form(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, "/kam-log")
    press_in_form(slack, lea, "New account")
    press_in_form(slack, lea, "More")

    assert {"new_account", "participants"} < set(inputs(slack.modals.opened[-1]))
    assert "account" not in inputs(slack.modals.opened[-1])
    assert slack.submit(lea, text="Besuch", new_account="x" * 121)["errors"].keys() == {"new_account"}
    assert slack.submit(lea, text="Besuch", new_account="\u200b")["errors"].keys() == {"new_account"}
    assert slack.submit(lea, text="Besuch", new_account="Neuwerk") == {}
    slack.deliver()
    assert "Neuwerk is new" in words(slack.out.replies[-1])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "\u200b\ufeff"}, "text"),
        ({"account": 999}, "account"),
        ({"account": None}, "account"),
        ({"satisfaction": 2}, "satisfaction_source"),
        ({"satisfaction": 7, "satisfaction_source": "ours"}, "satisfaction"),
        ({"promise": "Muster"}, "promise_due"),
        ({"promise_due": "2026-12-01"}, "promise"),
        ({"visibility": "everybody"}, "visibility"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_lost(
    slack: Slack, lea: Member, helvetia: AccountId, typed: dict[str, Any], field: str
) -> None:
    slack.command(lea, "/kam-log")
    press_in_form(slack, lea, "More")

    answer = slack.submit(lea, **{"account": helvetia, "text": "Besuch", **typed})

    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert slack.submit(lea, account=helvetia, text="Besuch") == {}
    assert stored(slack) == ["Besuch"]


def test_a_form_submitted_twice_gives_one_record(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, "/kam-log HPU:")

    assert slack.submit(lea, view_id="V7", text="Besuch") == slack.submit(lea, view_id="V7", text="Besuch") == {}
    assert "saved already" in next(iter(slack.submit(lea, text="Besuch")["errors"].values()))
    slack.deliver()
    assert (stored(slack), len(slack.out.replies)) == (["Besuch"], 1)


def test_lone_surrogates_and_nul_are_stored_as_what_every_database_takes(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log HPU:")

    assert slack.submit(lea, text="a\ud800b\0c") == {}
    assert stored(slack) == ["a\ufffdb\ufffdc"]


# ---- nothing typed is lost


def test_a_form_slack_did_not_open_in_time_opens_by_a_button_with_what_was_typed(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    slack.modals.silent = True
    late = slack.command(lea, "/kam-log Neuwerk AG:")
    slack.press(lea, slack.command(lea, "/kam-log Termin um 10:30"), "Choose in the form")
    slack.modals.silent = False

    assert "What you typed is kept" in words(late)
    slack.press(lea, late, "Open the form")
    assert inputs(slack.modals.opened[-1])["new_account"]["initial_value"] == "Neuwerk AG"
    slack.press(lea, slack.modals.answers[-1], "Open the form")
    assert inputs(slack.modals.opened[-1])["text"]["initial_value"] == "Termin um 10:30"


def test_an_edit_slack_did_not_open_in_time_opens_by_a_button(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.modals.silent = True
    slack.press(lea, answer, "Edit")
    slack.modals.silent = False

    slack.press(lea, slack.modals.answers[-1], "Open the form")

    assert inputs(slack.modals.opened[-1])["text"]["initial_value"] == "Besuch"
    assert slack.submit(lea, text="anders") == {}
    assert stored(slack) == ["anders"]


def test_a_failing_database_saves_nothing_and_gives_the_words_back(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log HPU:")
    question = slack.command(lea, "/kam-log Helvetiabau: Besuch")
    with slack.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE interactions RENAME TO gone"))

    command = slack.command(lea, "/kam-log HPU: meine vielen Worte")
    form = slack.submit(lea, text="Anruf")
    slack.press(lea, question, "Helvetia Pumpen")

    assert "nothing was saved" in words(command)
    assert "meine vielen Worte" in words(command)
    assert "nothing was saved" in next(iter(form["errors"].values()))
    assert "nothing was saved" in words(slack.modals.answers[-1])
    with slack.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO interactions"))
    slack.press(lea, question, "Helvetia Pumpen")
    assert slack.submit(lea, text="Anruf") == {}
    assert len(stored(slack)) == 2


def test_a_hundred_kilobytes_are_stored_whole_shown_cut_and_not_lost_by_an_edit(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    long = ("wörter und 👩\u200d🔧 " * 8000).strip()
    answer = slack.command(lea, f"/kam-log HPU: {long}")

    assert stored(slack) == [long]
    assert len(quoted(answer)) <= 3000
    slack.press(lea, answer, "Edit")
    assert "more characters stay as they are" in json.dumps(slack.modals.opened[-1])
    assert slack.submit(lea, category="need") == {}
    assert stored(slack) == [long]


# ---- regret


def test_a_saved_edit_replaces_the_answer_it_came_from_and_edits_the_line(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.deliver()

    slack.press(lea, answer, "Edit")
    assert slack.submit(lea, text="Besuch mit Muster") == {}
    slack.deliver()

    [reply] = slack.out.replies
    assert (reply["url"], reply["replace"]) == ("https://hooks.slack.test/2", True)
    assert "I-1 at Helvetia Pumpen is changed" in words(reply)
    assert buttons(reply) == ["Edit", "Undo"]
    [line] = slack.out.to("CHPU")
    assert line["edited"]
    assert "Besuch mit Muster" in line["text"]


def test_undo_replaces_the_answer_and_takes_the_line_away(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.deliver()

    slack.press(lea, answer, "Undo")
    slack.deliver()

    [reply] = slack.out.replies
    assert reply["replace"]
    assert "I-1 at Helvetia Pumpen is withdrawn. Nobody else sees it any more." in words(reply)
    assert buttons(reply) == []
    assert slack.out.to("CHPU") == []
    assert "Withdrawn: only you and the audit still see it." in words(slack.command(lea, "/kam I-1"))
    slack.press(lea, answer, "Undo")
    assert "Lea Brunner withdrew I-1 already" in words(slack.modals.answers[-1])


def test_after_a_day_the_author_is_told_who_may_and_the_kam_may(
    slack: Slack, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.later(seconds=REGRET.total_seconds())

    for button in ("Edit", "Undo"):
        slack.press(lea, answer, button)
        assert "for I-1 that is Tobias Seidel" in words(slack.modals.answers[-1])
    shown = slack.command(tobias, "/kam I-1")
    slack.press(tobias, shown, "Edit")
    assert "Only me" not in words(slack.modals.opened[-1])
    slack.press(tobias, shown, "Undo")
    slack.deliver()
    assert "Only its author still sees it" in words(slack.out.replies[-1])


def test_a_note_without_a_kam_names_who_can_help_after_a_day(slack: Slack, company: Company, lea: Member) -> None:
    company.account("Waise")
    answer = slack.command(lea, "/kam-log Waise: Besuch")
    slack.later(seconds=REGRET.total_seconds())

    slack.press(lea, answer, "Undo")

    assert "I-1 has no KAM yet; ask a KAM lead" in words(slack.modals.answers[-1])


def test_of_two_editors_the_second_keeps_the_form_with_the_typed_text(
    slack: Slack, lea: Member, helvetia: AccountId
) -> None:
    answer = slack.command(lea, "/kam-log HPU: Besuch")
    slack.press(lea, answer, "Edit")
    slack.press(lea, answer, "Edit")
    first, second = slack.modals.opened

    assert slack.submit(lea, first, text="eins") == {}
    refused = slack.submit(lea, second, text="zwei")

    assert "Lea Brunner changed I-1 while this form was open" in next(iter(refused["errors"].values()))
    assert stored(slack) == ["eins"]


@pytest.mark.parametrize("value", ["", "abc", "99", "9" * 30, "<!channel>"])
@pytest.mark.parametrize("action", ["log.edit", "log.undo", "log.open", "log.new", "log.pick0", "interaction.more"])
def test_a_button_with_a_strange_value_is_refused(
    slack: Slack, lea: Member, helvetia: AccountId, action: str, value: str
) -> None:
    assert slack.click(lea, action, value).status == 200

    assert re.search("not here any more|saved already", words(slack.modals.answers[-1]))


def test_a_form_can_be_started_from_a_button(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.click(lea, "log.start", helvetia)

    assert slack.submit(lea, text="Besuch") == {}
    slack.deliver()
    assert not slack.out.replies[-1]["replace"]


def test_a_long_note_is_read_on(slack: Slack, lea: Member, helvetia: AccountId) -> None:
    slack.command(lea, f"/kam-log HPU: {'wort ' * 2000}Ende")

    slack.press(lea, slack.command(lea, "/kam I-1"), "Show more")
    slack.deliver()

    assert "I-1 at Helvetia Pumpen, continued" in words(slack.out.replies[-1])
    assert "Ende" in words(slack.out.replies[-1])


# ---- what the KAM hears


def test_a_complaint_reaches_the_kam_by_dm_at_once_and_is_edited_to_withdrawn(
    slack: Slack, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    slack.command(lea, "/kam-log HPU:")
    press_in_form(slack, lea, "More")
    slack.submit(lea, text="Lieferung kaputt", tags=["complaint"], satisfaction=1, satisfaction_source="customer")
    slack.deliver()

    [notice] = slack.out.to(tobias)
    assert (
        "Lea Brunner logged something at Helvetia Pumpen that may need you: Complaint, 1 · very unsatisfied"
        in notice["text"]
    )
    assert "You get this at once because you answer for Helvetia Pumpen." in words(notice)
    slack.press(lea, slack.out.replies[-1], "Edit")
    slack.submit(lea, tags=[], satisfaction=4, satisfaction_source="customer")
    slack.deliver()
    assert "I-1 was corrected" in slack.out.to(tobias)[0]["text"]
    slack.press(lea, slack.out.replies[-1], "Undo")
    slack.deliver()
    assert slack.out.to(tobias)[0]["text"] == "This note is withdrawn."


def test_a_notice_of_a_moved_note_says_so(
    slack: Slack, company: Company, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    alpina = company.account("Alpina")
    slack.command(lea, "/kam-log HPU:")
    slack.submit(lea, text="Mitbewerber war da", category="competitor")
    slack.deliver()
    slack.press(lea, slack.out.replies[-1], "Edit")
    slack.submit(lea, account=alpina)
    slack.deliver()

    assert "another account now" in slack.out.to(tobias)[0]["text"]


def test_a_notification_about_a_restricted_account_does_not_name_it(
    slack: Slack, company: Company, lea: Member, tobias: Member
) -> None:
    secret = company.account("Geheimwerk", access="restricted", kam=tobias)
    company.team(secret, lea)
    slack.command(lea, "/kam-log Geheimwerk:")
    slack.submit(lea, text="Ärger", category="risk")
    slack.deliver()

    [notice] = slack.out.to(tobias)
    assert notice["text"] == "Lea Brunner logged something that may need you: Risk"
    assert "Geheimwerk" in words(notice)


# ---- what must never show


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_a_person_types_is_shown_literally_and_is_never_markup(slack: Slack, company: Company, typed: str) -> None:
    kam = company.member(f"Kim {typed}")
    author = company.member(f"Lea {typed}", id="UAUTHOR")
    account = company.account(f"Werk {typed}", "werk", kam=kam, channel_id="CWERK")
    contact = company.contact(account, f"Anna {typed}")
    slack.command(author, "/kam-log werk:")
    press_in_form(slack, author, "More")
    fields: dict[str, Any] = {
        "promise": typed,
        "promise_due": "2026-12-01",
        "next_step": typed,
        "participants": [kam.id],
    }
    slack.submit(author, text=typed, contacts=[contact], tags=["complaint"], **fields)
    slack.deliver()

    assert stored(slack) == [typed]
    seen = [slack.out.replies[-1], *slack.out.to("CWERK"), *slack.out.to(kam), slack.command(kam, "/kam I-1")]
    seen += [slack.command(author, f"/kam-log {typed}"), slack.modals.opened[-1]]
    assert len(seen) == 6
    for shown in seen:
        for text_of_ours in markup(shown):
            part = re.sub(r"<!date\^\d+\^[^<>]*>", "", text_of_ours)
            assert not re.search("[<>]", part), part
            assert not re.search(r"(?<![\u200a])[_~`]", part), part
            assert not re.search(r"(^|\n)(&gt;|🗒 Ana|•)", part), part
            assert not re.search(r":[\w+'-]+:", part), part
    assert quoted(slack.out.replies[-1]) == typed


def markup(shown: Any) -> Iterator[str]:
    """Yield every text that Slack would read as markup."""
    if isinstance(shown, list):
        for part in shown:
            yield from markup(part)
    elif isinstance(shown, dict):
        if shown.get("type") == "mrkdwn" or (isinstance(shown.get("text"), str) and "blocks" in shown):
            yield shown["text"]
        for value in shown.values():
            yield from markup(value)


CANARIES = ("Kanarienwerk", "Gelbtext", "Sittich", "CKANARI")


def test_nothing_of_a_restricted_account_reaches_an_outsider(
    slack: Slack, company: Company, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    outsider = company.member("Otto Außen")
    admin = company.member("Ada Admin", role=Role.ADMIN)
    secret = company.account(
        "Kanarienwerk", "KAW", access="restricted", kam=tobias, channel_id="CKANARI", parent_id=helvetia
    )
    company.team(secret, lea)
    company.contact(secret, "Sittich")
    slack.command(lea, "/kam-log KAW:")
    slack.submit(lea, text="Gelbtext", category="risk")
    slack.deliver()
    insiders = {lea.id, tobias.id}
    assert "Kanarienwerk" in words(slack.out.to(tobias)[0])
    own = len(slack.out.replies)

    for stranger in (outsider, admin):
        seen: list[Any] = [
            slack.command(stranger, "/kam I-1"),
            slack.command(stranger, "/kam-log Kanarienwrk: hier"),
            slack.command(stranger, "/kam-log hier", channel="CKANARI"),
            slack.command(stranger, "/kam-log", channel="CKANARI"),
            slack.modals.opened[-1],
            slack.search(stranger, "account.find"),
            slack.search(stranger, "account.find", "kanari"),
        ]
        draft = json.loads(slack.modals.opened[-1]["private_metadata"])["draft"]
        with slack.store.engine.connect() as connection:
            note = connection.execute(select(InteractionRow.id)).scalar_one()
        slack.click(stranger, "log.pick0", f"{draft}:{secret}")
        slack.click(stranger, "log.start", secret)
        for action in ("log.edit", "log.undo", "interaction.more"):
            slack.click(stranger, action, f"{note}:0" if action == "interaction.more" else note)
        slack.choose(stranger, "account", str(secret), text="x")
        seen += [slack.modals.opened[-1], slack.submit(stranger, account=secret, text="x")]
        slack.modals.opened[-1]["private_metadata"] = json.dumps({"draft": draft, "account": secret})
        seen += [slack.search(stranger, "contact.find"), slack.search(stranger, "contact.find", "Sittich")]
        slack.deliver()
        seen += [*slack.modals.answers, *slack.out.replies[own:]]
        seen += [post for post in slack.out.posts if post["place"] not in insiders]
        shown = json.dumps(seen, ensure_ascii=False).replace("Kanarienwrk", "")
        assert not [canary for canary in CANARIES if canary in shown]


def test_an_outsiders_answers_to_a_hidden_and_an_unknown_name_are_the_same(
    slack: Slack, company: Company, lea: Member, tobias: Member, helvetia: AccountId
) -> None:
    company.account("Kanarienwerk", access="restricted", kam=tobias)

    hidden, unknown = (slack.command(lea, f"/kam-log {name}: Besuch") for name in ("Kanarienwerk", "Erfundenwerk"))

    assert words(hidden).replace("Kanarienwerk", "X") == words(unknown).replace("Erfundenwerk", "X")
    assert buttons(hidden) == buttons(unknown)
    slack.press(lea, hidden, "New account")
    slack.deliver()
    assert "Kanarienwerk is new and I-1 is logged" in words(slack.out.replies[-1])
    with slack.store.engine.connect() as connection:
        names = list(connection.execute(select(AccountRow.access).where(AccountRow.name == "Kanarienwerk")).scalars())
    assert sorted(names) == ["open", "restricted"]
