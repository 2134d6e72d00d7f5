from dataclasses import replace
from datetime import date

import pytest

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.delivery import ReplyTo
from bot.domain.request_commands import BeginRequest, ChangeRequestForm, SendRequest
from bot.services import requests
from tests.company import NOW, Company, channel, new_key
from tests.production import TODAY, Desk, send

# The form


def test_the_line_prefills_department_account_and_text(desk: Desk) -> None:
    form = desk.draft(desk.lea, "production Helvetia: two engineers")
    assert form.department is not None
    assert form.account is not None
    assert (form.department.id, form.account.id, form.what) == (desk.department, desk.account, "two engineers")


def test_the_channels_account_is_prefilled_and_an_unknown_department_keeps_the_whole_text(
    desk: Desk, company: Company
) -> None:
    boreal = company.account("Boreal", channel_id="CBOR")
    begin = BeginRequest(desk.lea, new_key(), ReplyTo(desk.lea.id), "Legal: check a contract", channel("bor"))
    form = requests.begin(desk.store, NOW, begin)
    assert form.account is not None
    assert (form.account.id, form.department, form.what) == (boreal, None, "Legal: check a contract")


def test_a_button_brings_its_account_unless_that_is_hidden(desk: Desk, company: Company) -> None:
    begin = BeginRequest(desk.lea, new_key(), ReplyTo(desk.lea.id), account_id=desk.account)
    form = requests.begin(desk.store, NOW, begin)
    assert form.account is not None
    assert form.account.id == desk.account
    secret = company.account("Secret", access="restricted")
    with pytest.raises(errors.UnknownAccountChosen):
        requests.begin(desk.store, NOW, replace(begin, key=new_key(), account_id=secret))


def test_a_chosen_department_shows_its_pace_and_who_receives_it(desk: Desk) -> None:
    draft_id = desk.draft(desk.lea, "two engineers").draft_id
    change = ChangeRequestForm(
        desk.lea, draft_id, desk.department, desk.account, date(2026, 11, 24), Visibility.TEAM, more=True
    )
    form = requests.form(desk.store, NOW, change)
    assert form.pace is not None
    assert (form.pace.answer.hours, form.pace.lead_days, form.pace.earliest) == (16, 5, date(2026, 11, 27))
    assert form.warning is not None
    assert form.warning.days == 2
    assert form.desk is not None
    assert form.desk.told == (desk.sandra.person, desk.ben.person)
    assert (form.what, form.more, form.visibility) == ("two engineers", True, Visibility.TEAM)


def test_the_kept_department_and_account_are_shown_again(desk: Desk) -> None:
    draft_id = desk.draft(desk.lea, "production Helvetia: two engineers").draft_id
    form = requests.form(desk.store, NOW, ChangeRequestForm(desk.lea, draft_id))
    assert form.department is not None
    assert form.account is not None
    assert (form.department.id, form.account.id, form.warning) == (desk.department, desk.account, None)


def test_a_draft_is_its_authors_and_is_used_once(desk: Desk) -> None:
    draft_id = desk.draft(desk.lea).draft_id
    with pytest.raises(errors.DraftGone):
        requests.form(desk.store, NOW, ChangeRequestForm(desk.tobias, draft_id))
    send(desk.store, NOW, SendRequest(desk.lea, desk.details(), draft_id, TODAY, "view:x"))
    with pytest.raises(errors.DraftGone):
        send(desk.store, NOW, SendRequest(desk.lea, desk.details(), draft_id, TODAY, "view:y"))


def test_departments_are_searched_by_name(desk: Desk) -> None:
    assert [found.name for found in requests.find_departments(desk.store, desk.lea, " prod ", 9)] == ["Production"]
