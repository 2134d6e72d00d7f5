import itertools
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import AccountId, ContactId, DraftId, InteractionId, MemberId
from bot.domain.interactions import (
    REGRET,
    AccountUnclear,
    Category,
    ChangeForm,
    Details,
    EditLog,
    Interaction,
    InteractionLogged,
    LogDraft,
    LogForm,
    LogLine,
    ReadOn,
    SaveLog,
    StartLog,
    Tag,
    WithdrawInteraction,
    editable,
)
from bot.domain.members import Member, Role, Standing
from bot.services import accounts, contacts, delivery, drafts, interactions, rerouting
from storage.store import SqlStore
from storage.tables import AccountRow, AuditRow, DraftRow, InteractionRow, MemberRow, OutboxRow, SearchNoteRow
from tests.company import NOW, PLENTY, WORKSPACE, Company, channel, new_key

ASKED_AT = "https://hooks.slack.test/question"
MINUTE = timedelta(minutes=1)
_NUMBERS = itertools.count(1)


def log_line(store: SqlStore, actor: Member, text: str, where: str = "x", key: str = "", **when: float) -> Any:
    command = LogLine(actor, text, channel(where), key or f"trigger:{text[:50]}{when}", ReplyTo(actor.id, ASKED_AT))
    return interactions.log_line(store, NOW + timedelta(**when), command)


def logged(store: SqlStore, actor: Member, text: str, **more: Any) -> InteractionLogged:
    done = log_line(store, actor, text, **more)
    assert isinstance(done, InteractionLogged)
    return done


def save(
    store: SqlStore, actor: Member, form: LogForm, key: str = "view:1", after: timedelta = timedelta(0), **details: Any
) -> InteractionLogged:
    old = form.interaction
    kept: dict[str, Any] = {
        "account_id": form.account.id if form.account else AccountId(0),
        "text": form.text,
        "visibility": old.visibility if old else Visibility.COMPANY,
    }
    new_account = details.pop("new_account", None)
    command = SaveLog(actor, Details(**{**kept, **details}), key, form.draft_id, new_account, form.version)
    return interactions.save(store, NOW + after, command)


def edit(
    store: SqlStore,
    actor: Member,
    note: Interaction,
    key: str = "view:edit",
    after: timedelta = timedelta(0),
    **details: Any,
) -> InteractionLogged:
    command = EditLog(actor, note.id, new_key(), ReplyTo(actor.id, "https://edit", replace=True))
    form = interactions.form_to_edit(store, NOW + after, command)
    return save(store, actor, form, key, after, **details)


def undo(
    store: SqlStore, actor: Member, note: Interaction, key: str = "trigger:undo", after: timedelta = timedelta(0)
) -> Any:
    return interactions.withdraw(
        store, NOW + after, WithdrawInteraction(actor, note.id, key, ReplyTo(actor.id, "https://undo", replace=True))
    )


def told(store: SqlStore, now: timedelta = timedelta(0)) -> dict[tuple[str, str], Any]:
    """Load what waits in the outbox as the worker does, and mark it as sent; ``(topic, place)`` → value."""
    found: dict[tuple[str, str], Any] = {}
    for _ in range(20):
        with store.begin(WORKSPACE) as tx:
            rows = tx.outbox.claim(NOW + now + timedelta(hours=1), PLENTY, 50, 50).rows
            for row in rows:
                parcel = delivery.load(tx, row, NOW + now, "en")
                found[row.outgoing.topic, row.place] = parcel.told
                posted = None
                if row.outgoing.form is Form.CARD:
                    posted = parcel.standing_at or Posted(channel(row.place), f"ts{row.id}")
                    if parcel.told is None:
                        tx.outbox.forget_card(row.outgoing.topic, row.outgoing.about, row.place)
                        posted = None
                tx.outbox.sent(row, posted, NOW + now)
        if not rows:
            return found
    raise AssertionError(rows)


def texts(line: Any) -> list[str]:
    return [interaction.text for interaction in line.interactions] if line else []


def rows(store: SqlStore, column: Any) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(column)).scalars())


class Known:
    """A company with an account, its people and an outsider."""

    def __init__(self, company: Company) -> None:
        self.lea, self.tobias, self.ben = company.member("Lea"), company.member("Tobias"), company.member("Ben")
        self.outsider = company.member("Out")
        self.helvetia = company.account("Helvetia", "HPU", kam=self.tobias, deputy=self.ben, channel_id="CHEL")
        self.alpina = company.account("Alpina", kam=self.ben, channel_id="CALP")
        self.secret = company.account("Geheim AG", access="restricted", kam=self.tobias, channel_id="CSEC")


@pytest.fixture
def known(company: Company) -> Known:
    return Known(company)


# ---- reading the line


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


# ---- picking and creating


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


# ---- a hidden account


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
    run: list[str] = []

    def note_down(*args: Any) -> None:
        run.append(args[2])

    event.listen(store.engine, "before_cursor_execute", note_down)
    log_line(store, known.outsider, "Geheim AG: Besuch", key="a")
    hidden, run[:] = [*run], []
    log_line(store, known.outsider, "Erdacht AG: Besuch", key="b")
    event.remove(store.engine, "before_cursor_execute", note_down)

    assert hidden == run


def test_its_own_people_log_at_a_restricted_account_without_a_channel_line(store: SqlStore, known: Known) -> None:
    done = logged(store, known.tobias, "Geheim AG: Besuch")

    assert done.line_goes_to is None
    assert told(store) == {}


# ---- the form


def test_a_form_keeps_every_field(store: SqlStore, known: Known, company: Company) -> None:
    anna = company.contact(known.helvetia, "Anna Frei")
    form = log_line(store, known.lea, "HPU")

    done = save(
        store,
        known.lea,
        form,
        text="Besuch",
        contact_ids=(anna,),
        participant_ids=(known.ben.id,),
        category=Category.NEED,
        tags=(Tag.REVIEW,),
        satisfaction=4,
        satisfaction_source="customer",
        next_step="Muster\nschicken",
        next_step_due=date(2026, 12, 1),
        promise="Zwei Muster",
        promise_due=date(2026, 12, 4),
        occurred_at=NOW + timedelta(days=3),
    )

    note = done.interaction
    assert ([contact.name for contact in note.contacts], note.participants) == (["Anna Frei"], (known.ben.person,))
    assert (note.satisfaction, note.satisfaction_source, note.tags) == (4, "customer", (Tag.REVIEW,))
    assert note.next_step is not None
    assert (note.next_step.text, note.next_step.owner) == ("Muster schicken", known.lea.person)
    assert note.promise is not None
    assert (note.promise.text, note.promise.due_on) == ("Zwei Muster", date(2026, 12, 4))
    assert note.occurred_at == NOW + timedelta(days=3)
    assert told(store)["interaction.logged", known.lea.id].interaction == note


@pytest.mark.parametrize(
    ("details", "refusal", "field"),
    [
        ({"text": ""}, errors.NothingTyped, "text"),
        ({"text": "\u200b"}, errors.NothingTyped, "text"),
        ({"account_id": AccountId(999)}, errors.UnknownAccountChosen, "account"),
        ({"satisfaction": 2}, errors.SatisfactionWithoutSource, "satisfaction_source"),
        ({"promise": "Muster"}, errors.PromiseIncomplete, "promise_due"),
        ({"promise_due": date(2026, 12, 1)}, errors.PromiseIncomplete, "promise"),
        ({"new_account": " \u200b"}, errors.NameMissing, "new_account"),
        ({"new_account": "x" * 121}, errors.NameTooLong, "new_account"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field_and_can_be_sent_again(
    store: SqlStore, known: Known, details: Mapping[str, Any], refusal: type[errors.Refusal], field: str
) -> None:
    form = log_line(store, known.lea, "HPU")

    with pytest.raises(refusal) as refused:
        save(store, known.lea, form, **{"text": "Besuch", **details})
    assert refused.value.field == field
    assert save(store, known.lea, form, text="Besuch").interaction.number == 1


@pytest.mark.parametrize("key", ["view:1", "view:2"])
def test_a_form_submitted_twice_gives_one_note(store: SqlStore, known: Known, key: str) -> None:
    form = log_line(store, known.lea, "HPU")
    first = save(store, known.lea, form, text="Besuch")

    if key == "view:1":
        assert save(store, known.lea, form, key, text="Besuch").interaction == first.interaction
    else:
        with pytest.raises(errors.DraftGone):
            save(store, known.lea, form, key, text="Besuch")
    assert len(rows(store, InteractionRow.id)) == 1


def test_the_form_keeps_what_was_chosen_meanwhile(store: SqlStore, known: Known) -> None:
    draft_id = log_line(store, known.lea, "").draft_id

    plain = interactions.change_form(store, ChangeForm(known.lea, draft_id))
    chosen = interactions.change_form(store, ChangeForm(known.lea, draft_id, known.helvetia, more=True))
    hidden = interactions.change_form(store, ChangeForm(known.lea, draft_id, known.secret))
    named = interactions.change_form(store, ChangeForm(known.lea, draft_id, named=True))

    assert (plain.account, plain.more, plain.new_account) == (None, False, None)
    assert chosen.account is not None
    assert (chosen.account.name, chosen.more) == ("Helvetia", True)
    assert hidden.account is None
    assert named.new_account == ""


def test_a_kept_line_goes_into_the_form_whole_and_the_answer_replaces_the_question(
    store: SqlStore, known: Known
) -> None:
    question = log_line(store, known.lea, "Termin um 10:30 verschoben")
    reply_to = ReplyTo(known.lea.id, "https://question", replace=True)

    form = interactions.form_from_draft(store, known.lea, question.draft_id, reply_to)
    assert form.text == "Termin um 10:30 verschoben"
    save(store, known.lea, form, account_id=known.helvetia)

    assert waiting_reply(store).outgoing.reply_to == reply_to


def waiting_reply(store: SqlStore) -> Claimed:
    with store.begin(WORKSPACE) as tx:
        [reply] = [row for row in tx.outbox.claim(NOW + MINUTE, PLENTY, 9, 9).rows if row.outgoing.form is Form.REPLY]
    return reply


def test_the_rest_of_a_text_too_long_for_a_form_stays_as_it_is(store: SqlStore, known: Known) -> None:
    text = " ".join(f"wort{number}" for number in range(2000))
    question = log_line(store, known.lea, text)
    form = interactions.form_from_draft(store, known.lea, question.draft_id, ReplyTo(known.lea.id))

    first = save(store, known.lea, form, text=editable(form.text)[0], account_id=known.helvetia)
    assert first.interaction.text == text
    changed = edit(store, known.lea, first.interaction, text="Neuer Anfang")
    assert changed.interaction.text == "Neuer Anfang" + editable(text)[1]


def test_contacts_of_another_account_are_not_kept(store: SqlStore, known: Known, company: Company) -> None:
    unit = company.account("Helvetia Werk", parent_id=known.helvetia)
    hidden = company.account("Helvetia Labor", parent_id=known.helvetia, access="restricted", kam=known.lea)
    here, below = company.contact(known.helvetia, "Anna"), company.contact(unit, "Berta")
    others = (company.contact(hidden, "Cora"), company.contact(known.alpina, "Dora"), ContactId(999))

    done = save(store, known.lea, log_line(store, known.lea, "HPU"), text="x", contact_ids=(here, below, *others))

    assert [contact.name for contact in done.interaction.contacts] == ["Anna", "Berta"]
    offered = contacts.find(store, known.lea, known.helvetia, "", 100)
    assert [contact.name for contact in offered] == ["Anna", "Berta"]


def test_a_contact_whose_unit_is_restricted_by_now_is_named_to_its_people_only(
    store: SqlStore, known: Known, company: Company
) -> None:
    unit = company.account("Helvetia Werk", parent_id=known.helvetia, kam=known.ben)
    berta = company.contact(unit, "Berta")
    note = save(store, known.lea, log_line(store, known.lea, "HPU"), text="x", contact_ids=(berta,)).interaction
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == unit).values(access="restricted"))

    assert interactions.show(store, NOW, known.outsider, note.number).interaction.contacts == ()
    assert [contact.name for contact in interactions.show(store, NOW, known.ben, 1).interaction.contacts] == ["Berta"]


def test_an_edit_keeps_a_contact_its_author_can_no_longer_choose_unless_it_was_taken_off(
    store: SqlStore, known: Known, company: Company
) -> None:
    unit = company.account("Helvetia Werk", parent_id=known.helvetia, kam=known.lea)
    berta, dora = company.contact(unit, "Berta"), company.contact(known.alpina, "Dora")
    note = save(store, known.lea, log_line(store, known.lea, "HPU"), text="x", contact_ids=(berta,)).interaction
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == unit).values(access="restricted"))

    kept = edit(store, known.lea, note, key="view:e1", text="y", contact_ids=(berta, dora)).interaction
    assert [contact.name for contact in kept.contacts] == ["Berta"]
    moved = edit(store, known.lea, kept, key="view:e2", account_id=known.alpina, contact_ids=(berta, dora)).interaction
    assert [contact.name for contact in moved.contacts] == ["Dora"]
    assert edit(store, known.lea, moved, key="view:e3", contact_ids=()).interaction.contacts == ()


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.BOT, Standing.DEACTIVATED, None])
@pytest.mark.parametrize("field", ["participants", "next_step_owner"])
def test_only_full_members_take_part_or_do_the_next_step(
    store: SqlStore, known: Known, company: Company, standing: Standing | None, field: str
) -> None:
    somebody = company.member("Gast", standing=standing).id if standing else MemberId("UNOBODY")
    chosen: dict[str, Any] = {"participant_ids": (known.ben.id, known.ben.id), "next_step_owner": known.ben.id}
    form = log_line(store, known.lea, "HPU")
    wrong = {"participant_ids": (somebody,)} if field == "participants" else {"next_step_owner": somebody}

    with pytest.raises(errors.NotAColleague) as refused:
        save(store, known.lea, form, text="x", next_step="Anrufen", **{**chosen, **wrong})
    assert (refused.value.field, refused.value.name) == (field, "Gast" if standing else "")

    note = save(store, known.lea, form, text="x", next_step="Anrufen", **chosen).interaction
    assert note.participants == (known.ben.person,)
    assert note.next_step is not None
    assert note.next_step.owner == known.ben.person


def test_who_took_part_and_left_since_stays_in_the_note(store: SqlStore, known: Known) -> None:
    there: dict[str, Any] = {"participant_ids": (known.ben.id,), "next_step": "x", "next_step_owner": known.ben.id}
    note = save(store, known.lea, log_line(store, known.lea, "HPU"), text="x", **there).interaction
    with store.engine.begin() as connection:
        connection.execute(update(MemberRow).where(MemberRow.id == known.ben.id).values(standing="deactivated"))

    after = edit(store, known.lea, note, text="y", **there).interaction
    assert [person.name for person in after.participants] == ["Ben"]
    assert after.next_step is not None
    assert after.next_step.owner is not None
    assert after.next_step.owner.id == known.ben.id


def test_the_counter_is_taken_after_the_index_so_that_a_long_log_lets_others_log(store: SqlStore, known: Known) -> None:
    seen: list[str] = []

    def note_down(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note_down)
    done = logged(store, known.lea, "HPU: Besuch")
    event.remove(store.engine, "before_cursor_execute", note_down)

    taken = next(at for at, statement in enumerate(seen) if "INTO counters" in statement)
    assert [statement.split()[:2] for statement in seen[taken + 1 :]] == [
        ["UPDATE", "interactions"],
        ["UPDATE", "search_notes"],
    ]
    assert done.interaction.short_id == "I-1"
    assert interactions.show(store, NOW, known.lea, 1).interaction == done.interaction
    assert rows(store, SearchNoteRow.number) == [1]


def test_four_logs_at_once_on_one_account_are_one_message_of_its_channel(store: SqlStore, known: Known) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: there is no such moment")
    ready = threading.Barrier(4)

    def log(number: int) -> None:
        ready.wait()
        logged(store, known.lea, f"HPU: Besuch {number}")

    threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(rows(store, InteractionRow.number)) == [1, 2, 3, 4]
    assert len(set(rows(store, InteractionRow.burst_id))) == 1


def test_an_empty_form_can_be_started_from_a_button(store: SqlStore, known: Known) -> None:
    def start(account: AccountId | None, key: str) -> LogForm:
        return interactions.start(store, NOW, StartLog(known.lea, account, key, ReplyTo(known.lea.id)))

    form = start(known.helvetia, "a")
    assert form.account is not None
    assert form.account.name == "Helvetia"
    assert start(known.helvetia, "a").draft_id == form.draft_id
    assert start(None, "b").account is None
    with pytest.raises(errors.UnknownAccountChosen):
        start(known.secret, "c")


# ---- regret: edit


def test_an_edit_replaces_the_answer_it_came_from(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    told(store)

    done = edit(store, known.lea, note, text="Besuch mit Muster", category=Category.NEED)

    assert (done.edited, done.interaction.text, done.interaction.version) == (True, "Besuch mit Muster", 2)
    assert done.interaction.logged_at == note.logged_at
    assert done.interaction.occurred_at == note.occurred_at
    reply = waiting_reply(store)
    assert reply.outgoing.reply_to == ReplyTo(known.lea.id, "https://edit", replace=True)
    assert reply.outgoing.topic == "interaction.edited"


def test_the_audit_names_the_fields_an_edit_changed_and_no_value(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    edit(store, known.lea, note, text="Anders", category=Category.RISK)

    assert sorted(max(rows(store, AuditRow.fields), key=lambda fields: "category" in fields)) == ["category", "text"]


def test_of_two_edits_at_once_the_second_is_refused_with_its_text_kept_in_the_form(
    store: SqlStore, known: Known
) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    forms = [
        interactions.form_to_edit(store, NOW, EditLog(known.lea, note.id, new_key(), ReplyTo(known.lea.id)))
        for _ in range(2)
    ]
    save(store, known.lea, forms[0], "view:a", text="eins")

    with pytest.raises(errors.ChangedMeanwhile):
        save(store, known.lea, forms[1], "view:b", text="zwei")
    more = interactions.change_form(
        store, ChangeForm(known.lea, forms[1].draft_id, more=True, version=forms[1].version)
    )
    with pytest.raises(errors.ChangedMeanwhile):
        save(store, known.lea, more, "view:c", text="zwei")
    with pytest.raises(errors.ChangedMeanwhile):
        save(store, known.lea, replace(more, version=None), "view:d", text="zwei")
    assert interactions.show(store, NOW, known.lea, 1).interaction.text == "eins"


def test_an_edit_of_what_was_withdrawn_meanwhile_is_refused(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    form = interactions.form_to_edit(store, NOW, EditLog(known.lea, note.id, new_key(), ReplyTo(known.lea.id)))
    undo(store, known.lea, note)

    with pytest.raises(errors.AlreadyWithdrawn):
        save(store, known.lea, form, text="anders")


def test_an_edit_form_shows_only_the_fields_it_needs(store: SqlStore, known: Known) -> None:
    plain = logged(store, known.lea, "HPU: Besuch").interaction
    form = interactions.form_to_edit(store, NOW, EditLog(known.lea, plain.id, new_key(), ReplyTo(known.lea.id)))
    assert (form.more, form.may_hide, form.text) == (False, True, "Besuch")

    edit(store, known.lea, plain, tags=(Tag.REVIEW,))
    assert interactions.form_to_edit(store, NOW, EditLog(known.lea, plain.id, new_key(), ReplyTo(known.lea.id))).more


def test_an_edit_may_move_the_note_to_an_account_its_editor_sees(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    draft_id = interactions.form_to_edit(
        store, NOW, EditLog(known.lea, note.id, new_key(), ReplyTo(known.lea.id))
    ).draft_id

    form = interactions.change_form(store, ChangeForm(known.lea, draft_id, known.alpina, version=1))
    assert form.account is not None
    assert (form.account.name, form.contacts) == ("Alpina", ())
    with pytest.raises(errors.UnknownAccountChosen):
        save(store, known.lea, form, account_id=known.secret)
    assert save(store, known.lea, form).interaction.account.name == "Alpina"


def test_an_author_may_still_correct_a_note_at_an_account_that_is_hidden_by_now(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(access="restricted"))

    done = edit(store, known.lea, note, text="Anders")

    assert done.interaction.text == "Anders"
    assert done.line_goes_to is None


def test_a_kam_who_edits_cannot_hide_the_note_from_themselves(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction

    assert not interactions.form_to_edit(
        store, NOW + REGRET, EditLog(known.tobias, note.id, new_key(), ReplyTo(known.tobias.id))
    ).may_hide
    with pytest.raises(errors.OnlyAuthorHides) as refused:
        edit(store, known.tobias, note, after=REGRET, visibility=Visibility.PRIVATE)
    assert (refused.value.field, refused.value.author) == ("visibility", known.lea.person)
    assert edit(store, known.lea, note, key="view:own", visibility=Visibility.PRIVATE)
    edit(store, known.lea, note, key="view:open", visibility=Visibility.COMPANY)
    done = edit(store, known.tobias, note, after=REGRET, visibility=Visibility.LEADERSHIP)
    assert done.interaction.author == known.lea.person


def test_an_edit_form_of_a_note_that_is_gone_says_so(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    form = interactions.form_to_edit(
        store, NOW + REGRET, EditLog(known.tobias, note.id, new_key(), ReplyTo(known.tobias.id))
    )
    with store.engine.begin() as connection:
        connection.execute(update(InteractionRow).values(visibility="private"))

    with pytest.raises(errors.UnknownObject):
        interactions.change_form(store, ChangeForm(known.tobias, form.draft_id))


# ---- regret: undo


def test_undo_is_the_authors_for_a_day_and_the_kams_afterwards(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction

    with pytest.raises(errors.RegretOver) as early:
        undo(store, known.tobias, note, after=REGRET - MINUTE)
    with pytest.raises(errors.RegretOver) as late:
        undo(store, known.lea, note, after=REGRET)
    assert early.value.kam == late.value.kam == known.tobias.person

    assert undo(store, known.tobias, note, after=REGRET).interaction.withdrawn_at == NOW + REGRET
    assert told(store, REGRET)["interaction.withdrawn", known.tobias.id].interaction is None


def test_a_deputy_may_do_what_the_kam_may(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction

    assert undo(store, known.ben, note, after=REGRET)


def test_someone_who_lost_the_right_between_post_and_click_is_refused(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(kam_id=known.outsider.id, deputy_id=None))

    with pytest.raises(errors.RegretOver) as refused:
        undo(store, known.tobias, note, after=REGRET)
    assert refused.value.kam == known.outsider.person


def test_what_is_withdrawn_stays_for_its_author_and_leaves_everybody_else(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction

    undo(store, known.lea, note)

    assert interactions.show(store, NOW, known.lea, 1).interaction.withdrawn_at == NOW
    assert not interactions.show(store, NOW, known.lea, 1).may_edit
    with pytest.raises(errors.UnknownObject):
        interactions.show(store, NOW, known.tobias, 1)
    assert "interaction.withdrawn" in rows(store, AuditRow.action)


def test_undo_pressed_twice_is_done_once_and_says_when(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    undo(store, known.lea, note, "trigger:1")

    assert undo(store, known.lea, note, "trigger:1", after=MINUTE).interaction.withdrawn_at == NOW
    with pytest.raises(errors.AlreadyWithdrawn) as refused:
        undo(store, known.lea, note, "trigger:2", after=MINUTE)
    assert refused.value.at == NOW
    assert rows(store, OutboxRow.topic).count("interaction.withdrawn") == 1


def test_undo_of_two_people_at_the_same_moment_is_done_once(
    store: SqlStore, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    monkeypatch.setattr("storage.interactions.Interactions.withdraw", lambda *_: False)

    with pytest.raises(errors.AlreadyWithdrawn):
        undo(store, known.lea, note)


def test_a_stranger_cannot_undo_what_does_not_exist_for_them(store: SqlStore, known: Known) -> None:
    note = logged(store, known.tobias, "Geheim AG: Besuch").interaction

    with pytest.raises(errors.UnknownObject):
        undo(store, known.outsider, note)
    with pytest.raises(errors.UnknownObject):
        interactions.form_to_edit(store, NOW, EditLog(known.outsider, note.id, new_key(), ReplyTo(known.outsider.id)))


# ---- the channel's line


def test_the_first_of_a_burst_goes_at_once_and_the_others_of_that_minute_join_it(store: SqlStore, known: Known) -> None:
    logged(store, known.lea, "HPU: eins")
    assert texts(told(store)["interaction.line", "CHEL"]) == ["eins"]

    logged(store, known.ben, "HPU: zwei", seconds=40)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["eins", "zwei"]
    logged(store, known.ben, "HPU: drei", seconds=61)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["drei"]


def test_an_undone_line_leaves_its_bundle_and_the_last_takes_the_message_along(store: SqlStore, known: Known) -> None:
    one, two = logged(store, known.lea, "HPU: eins"), logged(store, known.lea, "HPU: zwei", seconds=5)
    told(store)

    undo(store, known.lea, one.interaction, "a")
    assert texts(told(store)["interaction.line", "CHEL"]) == ["zwei"]
    undo(store, known.lea, two.interaction, "b")
    assert told(store)["interaction.line", "CHEL"] is None


def test_a_note_after_the_whole_burst_was_undone_is_told_all_the_same(store: SqlStore, known: Known) -> None:
    undo(store, known.lea, logged(store, known.lea, "HPU: eins").interaction)
    told(store)

    logged(store, known.lea, "HPU: zwei", seconds=10)

    assert texts(told(store)["interaction.line", "CHEL"]) == ["zwei"]


def test_a_moved_line_leaves_its_channel_and_joins_the_burst_of_the_other(store: SqlStore, known: Known) -> None:
    logged(store, known.lea, "Alpina: schon da")
    first = logged(store, known.lea, "HPU: eins", seconds=1).interaction
    logged(store, known.lea, "HPU: zwei", seconds=2)
    told(store)

    edit(store, known.lea, first, after=timedelta(seconds=20), account_id=known.alpina)
    news = told(store)
    assert texts(news["interaction.line", "CHEL"]) == ["zwei"]
    assert texts(news["interaction.line", "CALP"]) == ["schon da", "eins"]

    logged(store, known.lea, "HPU: drei", seconds=30)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["zwei", "drei"]
    back = interactions.show(store, NOW, known.lea, first.number).interaction
    edit(store, known.lea, back, "view:2", after=timedelta(hours=1), account_id=known.helvetia)
    news = told(store, timedelta(hours=1))
    assert texts(news["interaction.line", "CALP"]) == ["schon da"]


@pytest.mark.parametrize("narrow", [Visibility.TEAM, Visibility.LEADERSHIP, Visibility.PRIVATE])
def test_a_narrowed_line_goes_away_and_comes_back_when_it_is_opened(
    store: SqlStore, known: Known, narrow: Visibility
) -> None:
    note = logged(store, known.lea, "HPU: eins").interaction
    told(store)

    narrowed = edit(store, known.lea, note, "view:1", visibility=narrow)
    assert narrowed.line_goes_to is None
    assert told(store)["interaction.line", "CHEL"] is None
    edit(store, known.lea, narrowed.interaction, "view:2", after=MINUTE, visibility=Visibility.COMPANY)
    assert texts(told(store)["interaction.line", "CHEL"]) == ["eins"]


@pytest.mark.parametrize("visibility", [Visibility.TEAM, Visibility.LEADERSHIP, Visibility.PRIVATE])
def test_nothing_narrower_than_the_company_reaches_a_channel(
    store: SqlStore, known: Known, visibility: Visibility
) -> None:
    save(store, known.lea, log_line(store, known.lea, "HPU"), text="x", visibility=visibility)

    assert "interaction.line" not in {topic for topic, _ in told(store)}


def test_a_line_that_was_undone_before_it_was_sent_is_never_sent(store: SqlStore, known: Known) -> None:
    undo(store, known.lea, logged(store, known.lea, "HPU: eins").interaction)

    assert told(store)["interaction.line", "CHEL"] is None


def test_two_accounts_in_one_channel_are_both_told(store: SqlStore, known: Known, company: Company) -> None:
    company.account("Helvetia Werk", channel_id="CHEL")

    logged(store, known.lea, "Helvetia Werk: Besuch")

    assert texts(told(store)["interaction.line", "CHEL"]) == ["Besuch"]


def test_a_line_sent_to_the_kam_instead_of_a_closed_channel_is_edited_there(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: eins").interaction
    with store.begin(WORKSPACE) as tx:
        [row] = tx.outbox.claim(NOW, PLENTY, 5, 5).rows
        assert rerouting.elsewhere(tx, row, NOW)
        tx.outbox.park(row, "not_in_channel")
    assert texts(told(store)["interaction.line", known.tobias.id]) == ["eins"]

    edit(store, known.lea, note, text="anders")
    assert texts(told(store)["interaction.line", known.tobias.id]) == ["anders"]
    undo(store, known.lea, note)
    news = told(store)
    assert news["interaction.line", known.tobias.id] is None
    assert ("interaction.line", "CHEL") not in news


# ---- what the KAM hears at once


def complaint(store: SqlStore, actor: Member, account: str = "HPU", **details: Any) -> Interaction:
    number = next(_NUMBERS)
    form = log_line(store, actor, account, key=f"trigger:complaint{number}")
    return save(
        store, actor, form, f"view:complaint{number}", **{"text": "Ärger", "tags": (Tag.COMPLAINT,), **details}
    ).interaction


@pytest.mark.parametrize(
    "cause",
    [
        {"tags": (Tag.COMPLAINT,)},
        {"tags": (), "category": Category.RISK},
        {"tags": (), "category": Category.COMPETITOR},
        {"tags": (), "satisfaction": 2, "satisfaction_source": "ours"},
    ],
)
def test_the_kam_hears_at_once(store: SqlStore, known: Known, cause: Mapping[str, Any]) -> None:
    note = complaint(store, known.lea, **cause)

    assert told(store)["interaction.alert", known.tobias.id].interaction == note


@pytest.mark.parametrize("visibility", [Visibility.TEAM, Visibility.LEADERSHIP])
def test_the_kam_hears_of_narrower_notes_too_but_never_of_a_private_one(
    store: SqlStore, known: Known, visibility: Visibility
) -> None:
    complaint(store, known.lea, visibility=visibility)
    assert ("interaction.alert", known.tobias.id) in told(store)

    private = complaint(store, known.lea, text="Großer Ärger", visibility=Visibility.PRIVATE)
    assert ("interaction.alert", known.tobias.id) not in told(store)
    edit(store, known.lea, private, tags=(Tag.COMPLAINT,), visibility=Visibility.COMPANY)
    assert told(store)["interaction.alert", known.tobias.id].interaction.text == "Großer Ärger"


def test_a_kam_is_not_told_what_they_wrote_and_the_deputy_stands_in_for_one_who_left(
    store: SqlStore, known: Known
) -> None:
    complaint(store, known.tobias)
    assert ("interaction.alert", known.tobias.id) not in told(store)

    with store.engine.begin() as connection:
        connection.execute(update(MemberRow).where(MemberRow.id == known.tobias.id).values(standing="deactivated"))
    complaint(store, known.lea)
    assert ("interaction.alert", known.ben.id) in told(store)


def test_a_notice_is_edited_to_withdrawn_corrected_or_moved(store: SqlStore, known: Known) -> None:
    undone, corrected, moved = (complaint(store, known.lea, text=text) for text in ("eins", "zwei", "drei"))
    told(store)

    undo(store, known.lea, undone)
    assert told(store)["interaction.alert", known.tobias.id].interaction is None
    edit(store, known.lea, corrected, tags=())
    assert not told(store)["interaction.alert", known.tobias.id].interaction.concerns_kam
    edit(store, known.lea, moved, "view:m", account_id=known.alpina, tags=(Tag.COMPLAINT,))
    news = told(store)
    assert not news["interaction.alert", known.tobias.id].is_theirs
    assert news["interaction.alert", known.ben.id].is_theirs


def test_a_notice_that_is_over_before_it_was_sent_is_never_sent(store: SqlStore, known: Known) -> None:
    undo(store, known.lea, complaint(store, known.lea, text="eins"))
    edit(store, known.lea, complaint(store, known.lea, text="zwei"), tags=())

    assert told(store)["interaction.alert", known.tobias.id] is None


def test_an_edit_that_makes_it_a_complaint_tells_the_kam_unless_they_made_it(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    edit(store, known.lea, note, tags=(Tag.COMPLAINT,))
    assert ("interaction.alert", known.tobias.id) in told(store)

    another = logged(store, known.lea, "HPU: noch einer").interaction
    told(store)
    edit(store, known.tobias, another, "view:k", after=REGRET, tags=(Tag.COMPLAINT,))
    assert ("interaction.alert", known.tobias.id) not in told(store, REGRET)


def test_a_complaint_without_a_kam_alarms_nobody(store: SqlStore, known: Known, company: Company) -> None:
    company.account("Waise")

    note = complaint(store, known.lea, "Waise")
    edit(store, known.lea, note, "view:o", tags=(Tag.COMPLAINT,), category=Category.RISK)
    moved = logged(store, known.lea, "HPU: Besuch").interaction
    edit(store, known.lea, moved, "view:w", tags=(Tag.COMPLAINT,), account_id=note.account.id)

    assert "interaction.alert" not in {topic for topic, _ in told(store)}


# ---- showing, and answers that find nothing


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


# ---- searches of the form


def test_account_search_offers_recent_ones_first_then_what_is_like_the_typed(store: SqlStore, known: Known) -> None:
    logged(store, known.outsider, "Helvetia: Besuch")

    assert [account.name for account in accounts.find(store, known.outsider, "", 100)] == ["Helvetia", "Alpina"]
    assert [account.name for account in accounts.find(store, known.outsider, " ALP\u200b", 100)] == ["Alpina"]
    assert accounts.find(store, known.outsider, "Geheim", 100) == ()
    assert len(accounts.find(store, known.tobias, "", 2)) == 2


def test_contact_search_offers_those_met_last_first(store: SqlStore, known: Known, company: Company) -> None:
    anna, berta = company.contact(known.helvetia, "Anna Frei"), company.contact(known.helvetia, "Berta Kehl")
    company.contact(known.secret, "Geheime Person")
    note = save(store, known.lea, log_line(store, known.lea, "HPU"), text="x", contact_ids=(berta,)).interaction

    def found(typed: str, actor: Member = known.lea, account: AccountId = known.helvetia) -> list[str]:
        return [contact.name for contact in contacts.find(store, actor, account, typed, 100)]

    assert found("") == ["Berta Kehl", "Anna Frei"]
    assert found("frei") == ["Anna Frei"]
    assert found("Geheime", account=known.secret) == []
    assert found("Geheime", known.tobias, known.secret) == ["Geheime Person"]
    undo(store, known.lea, note)
    assert found("") == ["Anna Frei", "Berta Kehl"]
    assert anna


def test_an_unknown_draft_purpose_is_not_found(store: SqlStore, known: Known) -> None:
    with store.begin(WORKSPACE) as tx:
        draft_id = tx.drafts.add(Draft(DraftId(0), known.lea.id, Purpose.REQUEST, NOW, {"text": "x"}))

    with pytest.raises(errors.DraftGone):
        interactions.form_from_draft(store, known.lea, draft_id, ReplyTo(known.lea.id))
    assert InteractionId(draft_id)


def test_an_edit_that_keeps_no_date_keeps_the_old_one_and_another_date_is_taken(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    later = edit(store, known.lea, note, occurred_at=NOW + timedelta(days=1)).interaction

    assert later.occurred_at == NOW + timedelta(days=1)
    assert edit(store, known.lea, later, "view:2", text="anders").interaction.occurred_at == later.occurred_at
