import pytest

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Purpose
from bot.domain.identity import AccountId, MemberId
from bot.domain.interactions import AccountUnclear, ChangeForm, InteractionLogged, LogDraft, LogForm, ReadOn
from bot.domain.members import Member, Role
from bot.services import delivery, drafts, interactions
from storage.store import SqlStore
from storage.tables import DraftRow, InteractionRow, OutboxRow, SearchNoteRow
from tests.company import NOW, WORKSPACE, Company
from tests.services.note_taking import Known, log_line, logged, rows, save, told
from tests.statements import statements


def test_a_line_is_saved_at_once_under_the_account_it_names(store: SqlStore, known: Known) -> None:
    done = logged(store, known.lea, "HPU: Besuch beim Einkauf")

    note = done.interaction
    assert (note.account.name, note.text, note.short_id) == ("Helvetia", "Besuch beim Einkauf", "I-1")
    assert (note.occurred_at, note.visibility, note.version) == (NOW, Visibility.COMPANY, 1)
    assert (done.kam, done.line_goes_to, done.guessed_account) == (known.tobias.person, "CHEL", False)


def test_the_channels_account_takes_what_names_none(store: SqlStore, known: Known) -> None:
    assert logged(store, known.lea, "Besuch: gut", where="alp").interaction.account.name == "Alpina"
    assert logged(store, known.lea, "Besuch: gut", where="alp").interaction.text == "Besuch: gut"


def test_a_channel_bound_to_a_hidden_account_says_nothing_about_it(store: SqlStore, known: Known) -> None:
    assert isinstance(log_line(store, known.lea, "Besuch", where="sec"), AccountUnclear)


def test_the_same_delivery_again_gets_the_first_answer_and_makes_no_second_note(store: SqlStore, known: Known) -> None:
    first, again = (logged(store, known.lea, "HPU: Besuch", key="trigger:1") for _ in range(2))

    assert first.interaction == again.interaction
    assert len(rows(store, InteractionRow.id)) == 1

    question, repeated = (log_line(store, known.lea, "Neukunde: Besuch", key="trigger:2") for _ in range(2))
    assert question == repeated
    assert len(rows(store, DraftRow.id)) == 1


def test_a_question_that_was_answered_is_not_asked_again(store: SqlStore, known: Known) -> None:
    question = log_line(store, known.lea, "Neukunde: Besuch", key="trigger:1")
    interactions.log_draft(store, NOW, LogDraft(known.lea, question.draft_id, None, "trigger:2", ReplyTo(known.lea.id)))

    with pytest.raises(errors.DraftGone):
        log_line(store, known.lea, "Neukunde: Besuch", key="trigger:1")


def test_a_near_name_before_a_colon_is_taken_as_a_guess(store: SqlStore, known: Known) -> None:
    done = logged(store, known.lea, "Helvetai: Besuch")

    assert (done.interaction.account.name, done.guessed_account) == ("Helvetia", True)


def test_a_hundred_kilobytes_are_stored_whole(store: SqlStore, known: Known) -> None:
    text = "wört 👩\u200d🔧 " * 10_000

    assert logged(store, known.lea, f"HPU: {text}").interaction.text == text.strip()


@pytest.mark.parametrize("empty", ["", "  ", "\u200b\u2060", "\0"[:0]])
def test_nothing_typed_opens_the_empty_form_or_that_of_the_channels_account(
    store: SqlStore, known: Known, empty: str
) -> None:
    anywhere, in_channel = log_line(store, known.lea, empty), log_line(store, known.lea, empty, where="alp", key="k")

    assert isinstance(anywhere, LogForm)
    assert (anywhere.account, anywhere.text, anywhere.new_account) == (None, "", None)
    assert in_channel.account.name == "Alpina"


@pytest.mark.parametrize("text", ["HPU", "Helvetia:", "hpu : \u200b"])
def test_only_an_account_opens_its_form(store: SqlStore, known: Known, text: str) -> None:
    form = log_line(store, known.lea, text)

    assert (form.account.name, form.text) == ("Helvetia", "")


def test_only_an_unknown_account_opens_the_form_with_its_name(store: SqlStore, known: Known) -> None:
    form = log_line(store, known.lea, "Neukunde AG:")

    assert (form.account, form.new_account, form.text) == (None, "Neukunde AG", "")


def test_only_a_name_that_two_accounts_bear_opens_the_form_to_choose(
    store: SqlStore, known: Known, company: Company
) -> None:
    company.account("Helvetia")

    form = log_line(store, known.lea, "Helvetia")

    assert (form.account, form.new_account, form.text) == (None, None, "")


def test_two_accounts_of_one_name_are_offered_and_nothing_else(store: SqlStore, known: Known, company: Company) -> None:
    twin = company.account("Helvetia")

    question = log_line(store, known.lea, "Helvetia: Besuch")

    assert question.is_shared
    assert {account.id for account in question.matches} == {known.helvetia, twin}


def pick(
    store: SqlStore, actor: Member, question: AccountUnclear, account: AccountId | None, key: str = "trigger:pick"
) -> InteractionLogged:
    return interactions.log_draft(
        store, NOW, LogDraft(actor, question.draft_id, account, key, ReplyTo(actor.id, "https://pick", replace=True))
    )


def test_the_picked_account_gets_the_text_and_the_answer_takes_the_questions_place(
    store: SqlStore, known: Known
) -> None:
    question = log_line(store, known.lea, "Helvetiag AG: Besuch")
    assert (question.text, question.wanted) == ("Helvetiag AG: Besuch", "Helvetiag AG")

    done = pick(store, known.lea, question, known.helvetia)

    assert done.interaction.text == "Besuch"
    answer = told(store)["interaction.logged", known.lea.id]
    assert (answer.interaction, answer.may_edit) == (done.interaction, True)
    assert "https://pick" not in rows(store, OutboxRow.response_url)


@pytest.mark.parametrize("text", ["Termin um 10:30 verschoben", "Siehe https://example.org", "Besuch beim Einkauf"])
def test_first_words_that_were_no_name_stay_part_of_the_note(store: SqlStore, known: Known, text: str) -> None:
    question = log_line(store, known.lea, text)

    assert pick(store, known.lea, question, known.helvetia).interaction.text == text


def test_a_new_account_is_created_without_losing_a_word_and_the_kam_leads_are_told(
    store: SqlStore, known: Known, company: Company
) -> None:
    lead = company.member("Nina", role=Role.KAM_LEAD)
    question = log_line(store, known.lea, "Neukunde  AG: Besuch")

    done = pick(store, known.lea, question, None)

    assert (done.interaction.account.name, done.interaction.text) == ("Neukunde AG", "Besuch")
    assert (done.new_account, done.kam) == (True, None)
    news = told(store)
    assert news["interaction.new_account", known.lea.id].new_account
    assert news["account.created", lead.id].by == known.lea.person
    assert logged(store, known.ben, "neukunde ag: noch einer").interaction.account == done.interaction.account


def test_a_kam_lead_is_not_told_of_an_account_they_created(store: SqlStore, company: Company) -> None:
    lead = company.member("Nina", role=Role.KAM_LEAD)

    pick(store, lead, log_line(store, lead, "Neukunde: Besuch"), None)

    assert "account.created" not in {topic for topic, _ in told(store)}


def test_a_colleague_who_created_the_account_meanwhile_spares_a_second_one(store: SqlStore, known: Known) -> None:
    mine, theirs = log_line(store, known.lea, "Neukunde: eins"), log_line(store, known.ben, "Neukunde: zwei")

    first = pick(store, known.ben, theirs, None, key="trigger:b")
    second = pick(store, known.lea, mine, None, key="trigger:l")

    assert first.interaction.account == second.interaction.account
    assert (first.new_account, second.new_account) == (True, False)


@pytest.mark.parametrize("pressed_again_with", ["trigger:pick", "trigger:other"])
def test_a_button_pressed_twice_makes_one_note(store: SqlStore, known: Known, pressed_again_with: str) -> None:
    question = log_line(store, known.lea, "Helvetiag AG: Besuch")
    first = pick(store, known.lea, question, known.helvetia)

    if pressed_again_with == "trigger:pick":
        assert pick(store, known.lea, question, known.helvetia).interaction == first.interaction
    else:
        with pytest.raises(errors.DraftGone):
            pick(store, known.lea, question, known.alpina, key=pressed_again_with)
    assert len(rows(store, InteractionRow.id)) == 1


def test_nobody_uses_anothers_draft(store: SqlStore, known: Known) -> None:
    question = log_line(store, known.lea, "Neukunde: Besuch")

    with pytest.raises(errors.DraftGone):
        pick(store, known.ben, question, known.helvetia)
    with pytest.raises(errors.DraftGone):
        interactions.form_from_draft(store, known.ben, question.draft_id, ReplyTo(known.ben.id))
    with pytest.raises(errors.DraftGone):
        interactions.change_form(store, ChangeForm(known.ben, question.draft_id))
    with pytest.raises(errors.DraftGone):
        save(store, known.ben, LogForm(question.draft_id, text="x"), account_id=known.helvetia)
    assert pick(store, known.lea, question, known.helvetia)


def test_an_account_that_is_hidden_by_now_cannot_be_picked(store: SqlStore, known: Known) -> None:
    question = log_line(store, known.lea, "Neukunde: Besuch")

    with pytest.raises(errors.UnknownAccountChosen):
        pick(store, known.lea, question, known.secret)
    assert pick(store, known.lea, question, known.helvetia)


def test_a_draft_used_at_the_same_moment_is_used_once(store: SqlStore, known: Known) -> None:
    question = log_line(store, known.lea, "Neukunde: Besuch")
    with store.begin(WORKSPACE) as tx:
        draft = tx.drafts.get(question.draft_id, known.lea.id, Purpose.LOG)
        assert draft is not None
        drafts.use(tx, draft, NOW)
        with pytest.raises(errors.DraftGone):
            drafts.use(tx, draft, NOW)


def test_with_nothing_imported_a_line_still_finds_its_account(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")

    question = log_line(store, lea, "Besuch bei Helvetia, alles gut")
    assert (question.matches, question.wanted) == ((), "")
    form = interactions.form_from_draft(store, lea, question.draft_id, ReplyTo(lea.id), named=True)
    assert (form.new_account, form.text) == ("", "Besuch bei Helvetia, alles gut")
    done = save(store, lea, form, new_account="Helvetia")

    assert (done.interaction.account.name, done.new_account) == ("Helvetia", True)
    empty = log_line(store, company.member("Ben"), "", key="k")
    assert (empty.account, empty.new_account) == (None, None)


def test_the_first_form_of_all_asks_for_a_name(store: SqlStore, company: Company) -> None:
    form = log_line(store, company.member("Lea"), "")

    assert (form.account, form.new_account) == (None, "")


def test_a_hidden_name_is_answered_like_an_unknown_one_and_created_all_the_same(store: SqlStore, known: Known) -> None:
    hidden = log_line(store, known.outsider, "Geheim AG: Besuch", key="a")
    unknown = log_line(store, known.outsider, "Erdacht AG: Besuch", key="b")

    assert hidden.matches == unknown.matches == ()
    assert not hidden.is_shared
    created = pick(store, known.outsider, hidden, None)
    assert (created.interaction.account.name, created.new_account) == ("Geheim AG", True)
    assert created.interaction.account.id != known.secret
    assert logged(store, known.outsider, "Geheim AG: noch einer").interaction.account == created.interaction.account
    assert log_line(store, known.tobias, "Geheim AG: meiner").is_shared


def test_the_same_statements_are_run_for_a_hidden_and_an_unknown_name(store: SqlStore, known: Known) -> None:
    with statements(store) as of_hidden:
        log_line(store, known.outsider, "Geheim AG: Besuch", key="a")
    with statements(store) as of_unknown:
        log_line(store, known.outsider, "Erdacht AG: Besuch", key="b")

    assert of_hidden == of_unknown


def test_its_own_people_log_at_a_restricted_account_without_a_channel_line(store: SqlStore, known: Known) -> None:
    done = logged(store, known.tobias, "Geheim AG: Besuch")

    assert done.line_goes_to is None
    assert told(store) == {}


def test_the_counter_is_taken_after_the_index_so_that_a_long_log_lets_others_log(store: SqlStore, known: Known) -> None:
    with statements(store) as seen:
        done = logged(store, known.lea, "HPU: Besuch")

    taken = next(at for at, statement in enumerate(seen) if "INTO counters" in statement)
    assert [statement.split()[:2] for statement in seen[taken + 1 :]] == [
        ["UPDATE", "interactions"],
        ["UPDATE", "search_notes"],
    ]
    assert done.interaction.short_id == "I-1"
    assert interactions.show(store, NOW, known.lea, 1).interaction == done.interaction
    assert rows(store, SearchNoteRow.number) == [1]


def test_an_interaction_is_shown_by_its_number_to_whom_it_exists_for(store: SqlStore, known: Known) -> None:
    logged(store, known.tobias, "Geheim AG: Besuch")

    assert interactions.show(store, NOW, known.tobias, 1).may_edit
    for number in (1, 2):
        with pytest.raises(errors.UnknownObject) as refused:
            interactions.show(store, NOW, known.outsider, number)
        assert refused.value.typed == f"I-{number}"


def test_a_long_text_is_read_on_where_it_ended(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, f"HPU: {'wort ' * 3000}").interaction
    told(store)

    def read_on(actor: Member) -> None:
        interactions.read_on(store, NOW, ReadOn(actor, note.id, 4000, "trigger:on", ReplyTo(actor.id)))

    read_on(known.ben)
    read_on(known.ben)
    assert told(store)["interaction.page", known.ben.id].offset == 4000
    assert rows(store, OutboxRow.topic).count("interaction.page") == 1


def test_reading_on_what_does_not_exist_is_refused(store: SqlStore, known: Known) -> None:
    note = logged(store, known.tobias, "Geheim AG: Besuch").interaction

    with pytest.raises(errors.UnknownObject):
        interactions.read_on(store, NOW, ReadOn(known.outsider, note.id, 0, "k", ReplyTo(known.outsider.id)))


@pytest.mark.parametrize(
    "topic",
    [
        "interaction.logged",
        "interaction.edited",
        "interaction.new_account",
        "interaction.withdrawn",
        "interaction.page",
        "interaction.alert",
        "account.created",
    ],
)
@pytest.mark.parametrize("reader", ["UNOBODY", "UOUT"])
def test_an_answer_tells_nothing_to_a_reader_for_whom_the_object_does_not_exist(
    store: SqlStore, known: Known, topic: str, reader: str
) -> None:
    note = logged(store, known.tobias, "Geheim AG: Besuch").interaction
    about = Ref(Subject.ACCOUNT, known.secret) if topic.startswith("account") else Ref(Subject.INTERACTION, note.id)
    row = Claimed(
        1,
        "key",
        Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=ReplyTo(MemberId(reader))),
        NOW,
        1,
        "lease",
    )

    with store.read(WORKSPACE) as tx:
        shown = delivery.LOADERS[topic](tx, row, NOW)

    assert shown is None or getattr(shown, "interaction", True) is None
