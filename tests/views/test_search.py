from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.access import Access, Visibility
from bot.domain.accounts import Account, AccountRef, OpenMatter
from bot.domain.asked_days import Days
from bot.domain.commitments import Commitment, Kind
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, CommitmentId, ContactId, DraftId, MemberId
from bot.domain.matters import Fact, Matter
from bot.domain.members import Person
from bot.domain.satisfaction import Picture
from bot.domain.search import (
    SHOWN,
    AccountFacts,
    Answer,
    Answered,
    Direct,
    Filter,
    LastTime,
    Nearby,
    NothingAsked,
    Page,
    PassedOn,
    Promised,
    Satisfied,
    Waiting,
)
from bot.i18n import Translator, translator
from bot.views.search import answered, passed_on
from tests.slack import words

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEA = Person(MemberId("U1"), "Lea Brunner")
HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")


@pytest.fixture(params=["en", "de"])
def t(request: pytest.FixtureRequest) -> Translator:
    """A translator of either language."""
    return translator(request.param, NOW)


def answer(
    text: str, subject: Subject = Subject.INTERACTION, *, account: AccountRef = HELVETIA, heading: str = ""
) -> Answer:
    """Make an answer."""
    interaction = subject is Subject.INTERACTION
    return Answer(
        "I-240" if interaction else None, Ref(subject, 1), account, LEA if interaction else None, NOW, heading, text
    )


def test_each_answer_is_a_quote_with_author_day_account_and_id() -> None:
    shown = answered(Answered("Termin?", [answer("Der Termin steht")]), translator("en", NOW))
    assert shown["text"] == "What is known about “Termin?”"
    kinds = [block["type"] for block in shown["blocks"]]
    assert kinds == ["section", "rich_text", "context", "actions"]
    assert shown["blocks"][1]["elements"][0]["type"] == "rich_text_quote"
    assert shown["blocks"][2]["elements"][0]["text"] == "Lea Brunner · Fri 20 Nov · Helvetia Pumpen · I-240"


def test_what_not_everybody_may_read_says_who_may(t: Translator) -> None:
    own = replace(answer("Nur für mich"), visibility=Visibility.PRIVATE)
    shown = answered(Answered("x", [own, answer("Für alle")]), t)
    sources = [block["elements"][0]["text"] for block in shown["blocks"] if block["type"] == "context"]
    assert [source.count("🔒") for source in sources] == [1, 0]
    assert ("🔒 Only me" if t.language == "en" else "🔒 Nur ich") in sources[0]


def test_what_the_question_was_narrowed_to_is_shown() -> None:
    done = Answered("x", [answer("y")], account=HELVETIA, person=ContactRef(ContactId(1), "Eva Kern"))
    assert "Account: Helvetia Pumpen · Person: Eva Kern" in words(answered(done, translator("en", NOW)))


def test_entries_name_their_source_and_heading_even_without_words(t: Translator) -> None:
    hidden = AccountRef(AccountId(2), "Medtech", Access.RESTRICTED)
    done = Answered(
        "x",
        [
            answer("", Subject.CONTACT, heading="Eva Kern, Einkauf"),
            answer("Mission", Subject.ACCOUNT, account=hidden),
            answer("", Subject.ESCALATION, heading="Produktion"),
        ],
    )
    said = words(answered(done, t))
    assert "*Eva Kern, Einkauf*" in said
    assert ("Contact entry" in said) is (t.language == "en")
    assert "Medtech · 🔒" in said


@pytest.mark.parametrize(
    ("offset", "more", "buttons"), [(0, True, ["7:5"]), (5, True, ["7:0", "7:10"]), (10, False, ["7:5"])]
)
def test_pages_can_be_turned_both_ways(offset: int, more: bool, buttons: list[str], t: Translator) -> None:
    done = Answered("x", [answer("y")], more=more, page=Page(offset), draft_id=DraftId(7))
    actions = answered(done, t)["blocks"][-1]
    assert [element["value"] for element in actions["elements"]] == [*buttons, "interaction:1"]


def test_nothing_known_names_who_may_know(t: Translator) -> None:
    people = [LEA, Person(MemberId("U2"), "Tobias", left=True)]
    said = answered(Answered("Zoll", [], who_may_know=people, account=HELVETIA), t)["text"]
    assert "Zoll" in said
    assert "Lea Brunner" in said
    assert "Lea" not in answered(Answered("Zoll", []), t)["text"]


def test_a_page_after_the_last_says_so_and_leads_back(t: Translator) -> None:
    shown = answered(Answered("Zoll", [], page=Page(5), draft_id=DraftId(7)), t)
    assert shown["blocks"][-1]["elements"][0]["value"] == "7:0"


def test_an_empty_question_is_taught_how_to_ask(t: Translator) -> None:
    assert "/kam-ask" in words(answered(NothingAsked(), t))
    assert "was ist" in words(answered(NothingAsked("was ist"), t))


WHOLE = Answered(
    "x",
    [answer("y")],
    page=Page(5, Filter.TIME),
    draft_id=DraftId(7),
    account=HELVETIA,
    person=ContactRef(ContactId(1), "Eva Kern"),
    colleague=LEA,
    days=Days(date(2026, 10, 1), date(2026, 10, 31)),
    matter=Matter.PROMISES,
)


def test_each_filter_has_a_button_that_asks_again_from_the_first_page_without_it(t: Translator) -> None:
    shown = answered(WHOLE, t)
    again, *buttons = shown["blocks"][2]["elements"]
    assert (again["action_id"], again["value"]) == ("ask.as_asked", "7:0")
    assert [button["action_id"] for button in buttons] == [
        "ask.any_account", "ask.any_person", "ask.any_colleague", "ask.any_time", "ask.any_kind"
    ]  # fmt: skip
    for button, dropped in zip(buttons, Filter, strict=True):
        assert button["value"] == f"7:{Page(0, Filter.TIME | dropped).number}"


def test_nothing_is_offered_to_be_asked_again_as_it_was_asked(t: Translator) -> None:
    buttons = answered(replace(WHOLE, page=Page()), t)["blocks"][2]["elements"]
    assert len(buttons) == len(Filter)


def test_filters_are_named_in_the_reader_s_language() -> None:
    assert shown_filters("en") == (
        "Account: Helvetia Pumpen · Person: Eva Kern · Written by: Lea Brunner"
        " · Time: Thu 1 Oct to Sat 31 Oct · Kind: promises"
    )
    assert shown_filters("de") == (
        "Account: Helvetia Pumpen · Person: Eva Kern · Von: Lea Brunner"
        " · Zeit: Do 1. Okt. bis Sa 31. Okt. · Art: Zusagen"
    )


def shown_filters(language: str) -> str:
    """Return the line that names the filters."""
    line: str = answered(WHOLE, translator(language, NOW))["blocks"][1]["elements"][0]["text"]
    return line


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (Days(date(2026, 5, 1)), ("Time: since Fri 1 May", "Zeit: seit Fr 1. Mai")),
        (Days(date(2026, 11, 19), date(2026, 11, 19)), ("Time: Thu 19 Nov", "Zeit: Do 19. Nov.")),
        (Days(date(2026, 10, 2), is_beside=True), ("Time: after Thu 1 Oct", "Zeit: nach Do 1. Okt.")),
        (Days(None, date(2026, 4, 30), is_beside=True), ("Time: before Fri 1 May", "Zeit: vor Fr 1. Mai")),
        (Days(None, date(2026, 5, 31)), ("Time: until Sun 31 May", "Zeit: bis So 31. Mai")),
    ],
)
def test_a_time_is_shown_by_the_day_or_days_that_bound_it(days: Days, said: tuple[str, str]) -> None:
    for language, line in zip(("en", "de"), said, strict=True):
        shown = words(answered(replace(WHOLE, days=days), translator(language, NOW)))
        assert f" · {line} · " in shown


def test_without_its_question_kept_an_answer_can_only_be_shared(t: Translator) -> None:
    blocks = answered(replace(WHOLE, draft_id=None), t)["blocks"]
    buttons = [element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert buttons == ["ask.share"]


def test_what_is_still_to_come_says_so(t: Translator) -> None:
    ahead = replace(answer("y"), at=NOW + timedelta(days=1))
    said = words(answered(Answered("x", [ahead, answer("z")]), t))
    assert said.count("planned" if t.language == "en" else "geplant") == 1


@pytest.mark.parametrize(
    ("near", "said"),
    [
        (Nearby((), Filter.TIME), "At another time:"),
        (Nearby((), Filter.COLLEAGUE), "What others wrote:"),
        (Nearby((), Filter.TIME | Filter.COLLEAGUE), "What others wrote, whenever it was:"),
        (Nearby((), Filter.NONE, is_wordless=True), "The newest about &lt;Helvetia&gt;, without these words:"),
        (
            Nearby((), Filter.TIME, is_wordless=True),
            "The newest about &lt;Helvetia&gt;, at another time and without these words:",
        ),
    ],
)
def test_what_is_near_says_that_it_is_no_answer_and_can_be_shared(near: Nearby, said: str) -> None:
    whom = AccountRef(AccountId(1), "<Helvetia>")
    near = replace(near, answers=(answer("y"),))
    done = Answered("x", (), account=whom, nearby=near, who_may_know=[LEA])
    shown = answered(done, translator("en", NOW))
    assert shown["text"].startswith("Nothing is known about “x” yet.")
    assert said in words(shown)
    assert shown["blocks"][-1]["elements"][0]["value"] == "interaction:1"
    if near.is_wordless and not near.without:
        assert "The newest without these words:" in words(answered(replace(done, account=None), translator("en", NOW)))
    beside_an_entry = replace(done, answers=[answer("entry", Subject.CONTACT)])
    assert said in words(answered(beside_an_entry, translator("en", NOW)))


@pytest.mark.parametrize(
    ("about", "language", "said"),
    [
        (None, "en", "The newest by Nina &lt;Fäh&gt; (left), without these words:"),
        (None, "de", "Das Neueste von Nina &lt;Fäh&gt; (ausgeschieden), ohne diese Wörter:"),
        (HELVETIA, "en", "The newest by Nina &lt;Fäh&gt; (left) about Helvetia Pumpen, without these words:"),
        (HELVETIA, "de", "Das Neueste von Nina &lt;Fäh&gt; (ausgeschieden) zu Helvetia Pumpen, ohne diese Wörter:"),
    ],
)
def test_what_a_colleague_wrote_is_not_said_to_be_about_them(
    about: AccountRef | None, language: str, said: str
) -> None:
    nina = Person(MemberId("U2"), "Nina <Fäh>", left=True)
    done = Answered(
        "x", (), account=about, colleague=nina, nearby=Nearby((answer("y"),), Filter.NONE, is_wordless=True)
    )
    assert said in words(answered(done, translator(language, NOW)))


def test_without_an_account_it_is_said_where_open_conflicts_are(t: Translator) -> None:
    hint = "only decided conflicts" if t.language == "en" else "nur entschiedene Konflikte"
    for answers in ([], [answer("y")]):
        assert hint in words(answered(Answered("x", answers, matter=Matter.CONFLICTS), t))
        assert hint not in words(answered(Answered("x", answers, matter=Matter.CONFLICTS, account=HELVETIA), t))
        assert hint not in words(answered(Answered("x", answers, matter=Matter.DECISIONS), t))


def test_open_conflicts_that_are_not_listed_are_a_command_away(t: Translator) -> None:
    is_english = t.language == "en"
    without = "Name one to see its open conflicts" if is_english else "Mit einem Account stehen hier seine offenen"
    its = "/kam conflicts Helvetia Pumpen lists" if is_english else "/kam konflikte Helvetia Pumpen zeigt"
    asked = Answered("x", (), matter=Matter.OPEN_CONFLICTS)
    assert without in words(answered(asked, t))
    assert its in words(answered(replace(asked, account=HELVETIA), t))
    listed = Waiting(HELVETIA, Subject.ESCALATION, (), 0)
    for shown in ({"direct": listed}, {"page": Page(SHOWN)}):
        assert its not in words(answered(replace(asked, account=HELVETIA, **shown), t))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("*12 open promises to Helvetia Pumpen, the nearest date first*", "and 7 more")),
        ("de", ("*12 offene Zusagen an Helvetia Pumpen, die nächste zuerst*", "und 7 weitere")),
    ],
)
def test_a_list_of_promises_that_is_cut_says_so(language: str, said: tuple[str, str]) -> None:
    promise = Commitment(CommitmentId(1), Kind.PROMISE, HELVETIA, "Muster", LEA, None, None)
    promised = Promised(HELVETIA, (promise,) * 5, 12)
    shown = words(answered(Answered("x", (), direct=promised), translator(language, NOW)))
    assert all(one in shown for one in said)
    assert shown.count("Muster") == 5


def test_a_list_of_what_waits_that_is_cut_says_so() -> None:
    t = translator("en", NOW)
    waiting = tuple(OpenMatter(f"R-{at}", "Muster", "open", NOW, LEA, "Produktion") for at in range(5))
    said = words(answered(Answered("x", (), direct=Waiting(HELVETIA, Subject.REQUEST, waiting, 7)), t))
    assert said.endswith("and 2 more")
    assert "R-4" in said


def test_what_is_only_similar_says_to_which_word() -> None:
    similar = replace(answer("y"), similar_to=("liefertremin", "<!channel>"))
    source = answered(Answered("x", [similar]), translator("en", NOW))["blocks"][-2]["elements"][0]["text"]
    assert source.endswith("similar to “liefertremin, &lt;!channel&gt;”")


def test_an_answer_leads_to_its_slack_message_where_there_is_one() -> None:
    linked = replace(answer("y"), link="https://arven.example/archives/C1/p1700000000000100")
    said = words(answered(Answered("x", [linked]), translator("en", NOW)))
    assert "<https://arven.example/archives/C1/p1700000000000100|I-240>" in said


WHOLE_ACCOUNT = Account(AccountId(1), "Helvetia *Pumpen*", kam=LEA, tier="a", mission="Erste Wahl")


@pytest.mark.parametrize(
    ("direct", "language", "said"),
    [
        (LastTime(LEA, NOW, "I-240"), "en", "*Last: Lea Brunner, Fri 20 Nov* · I-240"),
        (LastTime(LEA, NOW, None), "de", "*Zuletzt: Lea Brunner, Fr 20. Nov.*"),
        (AccountFacts(WHOLE_ACCOUNT, (Fact.KAM, Fact.DEPUTY)), "en", "KAM: Lea Brunner\nDeputy: nobody yet"),
        (AccountFacts(WHOLE_ACCOUNT, (Fact.SPONSOR,), LEA), "de", "Patenschaft: Lea Brunner"),
        (AccountFacts(WHOLE_ACCOUNT, (Fact.TIER, Fact.MISSION)), "en", "Mission: Erste Wahl"),
        (AccountFacts(Account(AccountId(1), "X"), (Fact.TIER, Fact.MISSION)), "de", "Mission: noch keine"),
        (Waiting(HELVETIA, Subject.REQUEST, (), 0), "en", "No request for Helvetia Pumpen waits for an answer"),
        (Waiting(HELVETIA, Subject.ESCALATION, (), 0), "de", "Kein offener Zielkonflikt bei Helvetia Pumpen"),
        (
            Waiting(
                HELVETIA, Subject.REQUEST, (OpenMatter("R-12", "Zwei *Fachleute*", "open", NOW, LEA, "Produktion"),), 1
            ),
            "en",
            "R-12 · Zwei",
        ),
        (Promised(HELVETIA, (), 0), "en", "No open promise to Helvetia Pumpen"),
        (Satisfied(HELVETIA, Picture(), Picture()), "de", "Unser Eindruck: kein Wert im letzten Jahr"),
        (
            Satisfied(HELVETIA, Picture(150, middle=4.4, is_average=True, is_cut=True), Picture()),
            "de",
            "Durchschnitt der neuesten 150 Werte",
        ),
    ],
)
def test_what_was_asked_for_is_said_first_and_without_notes_too(direct: Direct, language: str, said: str) -> None:
    shown = answered(Answered("x", (), direct=direct), translator(language, NOW))
    assert said in words(shown)
    assert "“x”" in shown["text"] or "„x“" in shown["text"]


def test_three_of_those_who_may_know_can_be_asked_and_who_was_asked_is_told(t: Translator) -> None:
    people = [Person(MemberId(f"U{at}"), f"Person{at}") for at in range(5)]
    done = Answered("Zoll", [], who_may_know=people, draft_id=DraftId(7), asked=[people[1].id])
    *_, buttons, told = answered(done, t)["blocks"]
    assert [button["value"] for button in buttons["elements"]] == ["U0:7", "U2:7", "U3:7"]
    assert [button["action_id"] for button in buttons["elements"]] == ["ask.person0", "ask.person1", "ask.person2"]
    assert "Person1" in told["elements"][0]["text"]


def test_a_question_that_is_passed_on_names_who_asks_and_where(t: Translator) -> None:
    shown = passed_on(PassedOn("Wer kennt *den* <!channel>?", LEA, "technik"), t)
    assert shown["text"].startswith("Lea Brunner")
    assert "#technik" in words(shown)
    assert shown["blocks"][1]["elements"][0]["type"] == "rich_text_quote"
    assert "#" not in words(passed_on(PassedOn("Zoll?", LEA), t))


@pytest.mark.parametrize("typed", ["<!channel>", "<@U1>", "*bold* _it_", "&amp;", "\u202eabc", "a\nb"])
def test_what_people_typed_is_never_markup(typed: str, t: Translator) -> None:
    hostile = AccountRef(AccountId(2), typed)
    done = Answered(typed, [answer(typed, heading=typed, account=hostile)], account=hostile)
    for block in answered(done, t)["blocks"]:
        for part in [block.get("text", {}), *block.get("elements", [])]:
            if part.get("type") == "mrkdwn":
                assert "<!channel>" not in part["text"]
                assert "<@U1>" not in part["text"]


def test_five_long_answers_stay_inside_slack_s_limits(t: Translator) -> None:
    long = "👨‍👩‍👧" * 5000
    account = AccountRef(AccountId(2), "&" * 4000)
    done = Answered(
        long, [answer(long, heading=long, account=account)] * 5, more=True, draft_id=DraftId(7), account=account
    )
    shown = answered(done, t)
    assert len(words({"blocks": shown["blocks"]})) < 10_000
    assert not words(shown).endswith("\u200d")
