from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain import errors
from bot.domain.delivery import ReplyTo
from bot.domain.escalation_commands import ProposeConflict, RaiseConflict, StartConflict
from bot.domain.escalations import Gate, State
from bot.domain.members import Member, Standing
from bot.domain.sponsors import Skipped, Step
from bot.services import escalation_raising
from storage.tables import MemberRow
from tests.company import NOW, WORKSPACE, new_key
from tests.conflict import TODAY, Conflict, sent


def test_the_line_becomes_account_and_goal(conflict: Conflict) -> None:
    form = conflict.begin()
    assert form.account is not None
    assert form.account.name == "Helvetia"
    assert form.fields["our_goal"] == "Pilot line by December"


def test_an_unknown_name_is_kept_for_a_new_account(conflict: Conflict) -> None:
    form = conflict.begin(text="Nordwind Energie: more capacity")
    assert (form.account, form.new_account, form.fields["our_goal"]) == (None, "Nordwind Energie", "more capacity")
    assert conflict.begin(text="").new_account is None
    assert conflict.begin(text="no account at all").fields["our_goal"] == "no account at all"


def test_a_button_may_bring_an_account_only_if_it_is_seen(restricted: Conflict) -> None:
    def start(actor: Member) -> Any:
        command = StartConflict(actor, new_key(), ReplyTo(actor.id), account_id=restricted.account)
        return escalation_raising.start(restricted.store, NOW, command).account

    assert start(restricted.lea).name == "Helvetia"
    assert start(restricted.other) is None
    nothing = StartConflict(restricted.lea, new_key(), ReplyTo(restricted.lea.id))
    assert escalation_raising.start(restricted.store, NOW, nothing).fields == {}


def test_going_for_more_and_back_keeps_every_word(conflict: Conflict) -> None:
    form = conflict.begin()
    typed = {"our_goal": "typed <b>*so*</b>", "account": "", "other_party": f"member:{conflict.sandra.id}"}
    more = escalation_raising.form_with_more(conflict.store, conflict.lea, form.draft_id, typed)
    assert more.more
    again = escalation_raising.form_from_draft(conflict.store, conflict.lea, form.draft_id)
    assert again.fields["our_goal"] == "typed <b>*so*</b>"
    assert again.other_party is not None
    assert again.other_party.name == "Sandra"
    assert again.account is None


def test_a_draft_is_its_authors_alone(conflict: Conflict) -> None:
    form = conflict.begin()
    for use in (
        lambda: escalation_raising.form_from_draft(conflict.store, conflict.other, form.draft_id),
        lambda: escalation_raising.form_with_more(conflict.store, conflict.other, form.draft_id, {}),
        lambda: escalation_raising.propose(
            conflict.store, NOW, ProposeConflict(conflict.other, form.draft_id, {}, TODAY)
        ),
        lambda: escalation_raising.raise_conflict(
            conflict.store, NOW, RaiseConflict(conflict.other, form.draft_id, "", "k")
        ),
    ):
        with pytest.raises(errors.DraftGone):
            use()


def test_the_preview_names_recipient_skipped_steps_and_readers(conflict: Conflict) -> None:
    proposed = conflict.propose()
    assert [step.person for step in proposed.route.recipients] == [conflict.keller.person]
    assert [(step.step, step.skipped) for step in proposed.route.skipped] == [(Step.OWN_SPONSOR, Skipped.EMPTY)]
    assert set(proposed.who_sees) == {conflict.lea.person, conflict.sandra.person, conflict.keller.person}
    assert proposed.side_b.person == conflict.sandra.person
    assert proposed.side_b.department == "Production"
    assert not proposed.missing
    assert not proposed.is_new_account


def test_the_gate_names_what_is_missing_and_a_reason_opens_it(conflict: Conflict) -> None:
    proposed = conflict.propose(tried="", decide_by="")
    assert proposed.missing == (Gate.TRIED, Gate.DECIDE_BY)
    send = RaiseConflict(conflict.lea, proposed.draft_id, "  ", "k1")
    with pytest.raises(errors.GateReasonMissing) as refused:
        escalation_raising.raise_conflict(conflict.store, NOW, send)
    assert refused.value.field == "anyway"
    done = sent(conflict.store, NOW, RaiseConflict(conflict.lea, proposed.draft_id, "customer calls tomorrow", "k1"))
    assert done.escalation.anyway_reason == "customer calls tomorrow"


def test_a_reason_nobody_asked_for_is_not_kept(conflict: Conflict) -> None:
    assert conflict.raised(anyway="just so").anyway_reason == ""


@pytest.mark.parametrize(
    ("typed", "refusal", "at_field"),
    [
        ({"decide_by": "2026-11-19"}, errors.PastDate, "decide_by"),
        ({"account": "999"}, errors.UnknownAccountChosen, "account"),
        ({"account": ""}, errors.UnknownAccountChosen, "account"),
        ({"other_party": ""}, errors.OtherPartyMissing, "other_party"),
        ({"other_party": "department:999"}, errors.OtherPartyMissing, "other_party"),
        ({"other_party": "member:UNOBODY"}, errors.OtherPartyMissing, "other_party"),
        ({"other_party": "member:ULEA"}, errors.NotOnBothSides, "other_party"),
        ({"other_party": "member:UGUEST"}, errors.PartyUnreachable, "other_party"),
        ({"other_party": "member:UGONE"}, errors.PartyUnreachable, "other_party"),
        ({"on_behalf_of": "UGUEST"}, errors.PartyUnreachable, "on_behalf_of"),
        ({"on_behalf_of": "UNOBODY"}, errors.PartyUnreachable, "on_behalf_of"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    conflict: Conflict, typed: dict[str, Any], refusal: type[errors.Refusal], at_field: str
) -> None:
    conflict.company.member("Guest", standing=Standing.GUEST)
    conflict.company.member("Gone", standing=Standing.DEACTIVATED)
    with pytest.raises(refusal) as refused:
        conflict.propose(**typed)
    assert refused.value.field == at_field


def test_today_is_not_over(conflict: Conflict) -> None:
    assert conflict.propose(decide_by=TODAY.isoformat()).missing == ()


def test_a_department_is_represented_by_its_head_else_its_coordinator(conflict: Conflict) -> None:
    assert conflict.propose().side_b.person == conflict.sandra.person
    conflict.change(conflict.sandra, standing=Standing.DEACTIVATED)
    assert conflict.propose().side_b.person == conflict.coordinator.person
    conflict.change(conflict.coordinator, standing=Standing.DEACTIVATED)
    with pytest.raises(errors.PartyUnreachable) as refused:
        conflict.propose()
    assert refused.value.name == "Production"


def test_next_in_line_speaks_where_the_head_raises_against_the_own_department(conflict: Conflict) -> None:
    assert conflict.propose(conflict.sandra).side_b.person == conflict.coordinator.person
    assert conflict.propose(on_behalf_of=conflict.sandra.id).side_b.person == conflict.coordinator.person


def test_nobody_raises_against_a_department_they_alone_can_speak_for(conflict: Conflict) -> None:
    with pytest.raises(errors.NotOnBothSides):
        conflict.propose(conflict.sandra, on_behalf_of=conflict.coordinator.id)


def test_a_bare_member_may_be_the_other_side(conflict: Conflict) -> None:
    done = conflict.raised(other_party=f"member:{conflict.other.id}")
    assert done.side_b.person == conflict.other.person
    assert done.side_b.department is None
    assert done.header.departments == ()


def test_whoever_is_spoken_for_is_side_a_and_skipped_as_sponsor(conflict: Conflict) -> None:
    done = conflict.raised(conflict.other, on_behalf_of=conflict.keller.id)
    assert done.raiser == conflict.other.person
    assert done.side_a.person == conflict.keller.person
    assert done.header.state is State.WITHOUT_RECIPIENT


def test_an_account_nobody_may_see_cannot_be_chosen(restricted: Conflict) -> None:
    with pytest.raises(errors.UnknownAccountChosen):
        restricted.propose(restricted.other)


def test_a_form_opened_again_shows_the_rarer_fields_that_hold_something(conflict: Conflict) -> None:
    form = conflict.begin()
    assert not form.more
    escalation_raising.form_with_more(conflict.store, conflict.lea, form.draft_id, {"options": "wait"})
    assert escalation_raising.form_from_draft(conflict.store, conflict.lea, form.draft_id).more


def test_the_search_of_parties_finds_a_name_among_thousands_however_it_is_spelt(conflict: Conflict) -> None:
    row = {"workspace_id": WORKSPACE, "standing": "member", "role": "member", "is_owner": False, "topics": []}
    crowd = [{**row, "id": f"UX{number}", "name": f"Person Nummer{number}"} for number in range(2000)]
    others = ("Übersax, Ida", "Zoë MÜLLER", "100%_ig", "Ангелина")
    with conflict.store.engine.begin() as connection:
        connection.execute(
            insert(MemberRow), crowd + [{**row, "id": f"UY{at}", "name": name} for at, name in enumerate(others)]
        )

    def found(typed: str) -> str:
        return escalation_raising.find_parties(conflict.store, conflict.lea, typed, 100)[0].name

    assert found("üb") == found("übersax") == found("Ubersax") == "Übersax, Ida"
    assert found("müller") == found("mül") == found("zoë mülle") == "Zoë MÜLLER"
    assert found("100%_") == "100%_ig"
    assert found("ангел") == "Ангелина"
    assert found("nummer1999") == "Person Nummer1999"
    assert len(escalation_raising.find_parties(conflict.store, conflict.lea, "person", 100)) == 100


def test_parties_are_found_by_department_and_by_any_part_of_a_name(conflict: Conflict) -> None:
    conflict.company.member("Ben Sander", department_id=conflict.production)
    conflict.company.member("Guest", standing=Standing.GUEST)

    def found(typed: str) -> list[tuple[str, str | None]]:
        choices = escalation_raising.find_parties(conflict.store, conflict.lea, typed, 100)
        return [(choice.name, choice.of_department) for choice in choices]

    assert found("")[0] == ("Production", None)
    assert ("Guest", None) not in found("")
    assert {name for name, _ in found("sand")} == {"Sandra", "Ben Sander"}
    assert ("Ben Sander", "Production") in found("sander")
    assert found("produ") == [("Production", None)]
    assert len(escalation_raising.find_parties(conflict.store, conflict.lea, "", 2)) == 2
