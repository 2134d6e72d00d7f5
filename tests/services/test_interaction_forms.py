from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.delivery import ReplyTo
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import AccountId, ContactId, DraftId, InteractionId, MemberId
from bot.domain.interactions import Category, ChangeForm, LogForm, StartLog, Tag, editable
from bot.domain.members import Member, Standing
from bot.services import accounts, contacts, interactions
from storage.store import SqlStore
from storage.tables import AccountRow, InteractionRow, MemberRow
from tests.company import NOW, WORKSPACE, Company
from tests.services.note_taking import Known, edit, log_line, logged, rows, save, told, undo, waiting_reply


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
