from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.delivery import ReplyTo
from bot.domain.interactions import REGRET, Category, ChangeForm, EditLog, Tag
from bot.services import interactions
from storage.store import SqlStore
from storage.tables import AccountRow, AuditRow, InteractionRow, OutboxRow
from tests.company import NOW, Company, new_key
from tests.services.note_taking import MINUTE, Known, edit, log_line, logged, rows, save, told, undo, waiting_reply


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


def test_an_edit_that_keeps_no_date_keeps_the_old_one_and_another_date_is_taken(store: SqlStore, known: Known) -> None:
    note = logged(store, known.lea, "HPU: Besuch").interaction
    later = edit(store, known.lea, note, occurred_at=NOW + timedelta(days=1)).interaction

    assert later.occurred_at == NOW + timedelta(days=1)
    assert edit(store, known.lea, later, "view:2", text="anders").interaction.occurred_at == later.occurred_at
