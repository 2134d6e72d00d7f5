import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matters import SORTS, Matter, find_matter


@pytest.mark.parametrize(
    ("question", "matter", "left"),
    [
        ("zusagen an kraft", Matter.PROMISES, "an kraft"),
        ("offene zusagen ulm", Matter.OPEN_PROMISES, "ulm"),
        ("überfällige zusagen ulm", Matter.OPEN_PROMISES, "ulm"),
        ("welche versprechen sind noch offen", Matter.OPEN_PROMISES, "welche sind noch"),
        ("open promises to margaret", Matter.OPEN_PROMISES, "to margaret"),
        ("promises to margaret", Matter.PROMISES, "to margaret"),
        ("was haben wir suter zugesagt", Matter.PROMISES, "haben wir suter"),
        ("what did we promise margaret", Matter.PROMISES, "did we margaret"),
        ("anfragen an finance", Matter.REQUESTS, "an finance"),
        ("offene anfragen an die qualität", Matter.OPEN_REQUESTS, "an die qualität"),
        ("offene zielkonflikte mit der qualität", Matter.OPEN_CONFLICTS, "mit der qualität"),
        ("undecided conflicts about price", Matter.OPEN_CONFLICTS, "about price"),
        ("open goal conflicts", Matter.OPEN_CONFLICTS, ""),
        ("goal conflicts about price", Matter.CONFLICTS, "about price"),
        ("konflikte offen", Matter.OPEN_CONFLICTS, ""),
        ("welche konflikte sind noch offen", Matter.OPEN_CONFLICTS, "welche sind noch"),
        ("welche konflikte sind bei offen", Matter.OPEN_CONFLICTS, "welche sind bei"),
        ("konflikte offen bei", Matter.OPEN_CONFLICTS, "bei"),
        ("welche zielkonflikte hat offen", Matter.OPEN_CONFLICTS, "welche hat"),
        ("offene und ungelöste konflikte", Matter.OPEN_CONFLICTS, "und"),
        ("which conflicts are currently open at", Matter.OPEN_CONFLICTS, "which are currently at"),
        ("conflicts because invoices are overdue", Matter.CONFLICTS, "because invoices are overdue"),
        ("offene rechnungen im zielkonflikt", Matter.CONFLICTS, "offene rechnungen im"),
        ("zielkonflikt wegen offener rechnungen", Matter.CONFLICTS, "wegen offener rechnungen"),
        ("conflict about overdue invoices", Matter.CONFLICTS, "about overdue invoices"),
        ("conflicts open source licences", Matter.CONFLICTS, "open source licences"),
        ("welche anfragen sind noch offen", Matter.OPEN_REQUESTS, "welche sind noch"),
        ("open requests harrowmere", Matter.OPEN_REQUESTS, "harrowmere"),
        ("conflicts with logistics", Matter.CONFLICTS, "with logistics"),
        ("zielkonflikte ulm", Matter.CONFLICTS, "ulm"),
        ("wer war zuletzt bei häußler", Matter.VISITS, "häußler"),
        ("who last visited ulm", Matter.VISITS, "ulm"),
        ("letzter besuch bei nussbaumer", Matter.VISITS, "bei nussbaumer"),
        ("besuche bei egli", Matter.VISITS, "bei egli"),
        ("when did we last meet patrick", Matter.MEETINGS, "did we patrick"),
        ("wann haben wir zuletzt wulfes getroffen", Matter.MEETINGS, "haben wir wulfes"),
        ("last meeting with simon", Matter.MEETINGS, "with simon"),
        ("wer hat zuletzt mit wulfes gesprochen", Matter.TALKS, "hat mit wulfes"),
        ("letztes gespräch mit egli", Matter.TALKS, "mit egli"),
        ("wann haben wir zuletzt mit egli telefoniert", Matter.CALLS, "haben wir mit egli"),
        ("reklamationen st. gallen", Matter.COMPLAINTS, "st. gallen"),
        ("wie zufrieden ist thommen", Matter.SATISFACTION, "ist thommen"),
        ("satisfaction of deepa", Matter.SATISFACTION, "of deepa"),
        ("risiken bei ulm", Matter.RISKS, "bei ulm"),
        ("ideas from owen", Matter.IDEAS, "from owen"),
    ],
)
def test_words_that_name_a_sort_of_notes_are_taken_out(question: str, matter: Matter, left: str) -> None:
    words = question.split()
    found = find_matter(words)
    assert found is not None
    assert (found.matter, " ".join(word for at, word in enumerate(words) if at not in found.places)) == (matter, left)


@pytest.mark.parametrize(
    "question",
    ["", "besuch im werk", "visit report", "reklamation charge 17", "offene rechnung", "wer liefert", "last invoice",
     "wann kommt die lieferung", "the promise he made", "was war zuletzt los", "wie hoch ist der preis"],
)  # fmt: skip
def test_a_single_event_and_other_words_stay_words(question: str) -> None:
    assert find_matter(question.split()) is None


def test_every_matter_knows_its_notes() -> None:
    assert set(SORTS) == set(Matter)
    assert all(sort.marks for sort in SORTS.values())


WORDS = st.sampled_from(
    [
        "wer",
        "wann",
        "when",
        "was",
        "what",
        "last",
        "zuletzt",
        "offen",
        "open",
        "anfragen",
        "requests",
        "besuche",
        "met",
        "zugesagt",
        "wie",
    ]
)


@given(st.lists(WORDS | st.text(max_size=5), max_size=9))
def test_any_words_are_read_without_fault(words: list[str]) -> None:
    found = find_matter(words)
    assert found is None or (found.places and all(0 <= at < len(words) for at in found.places))
