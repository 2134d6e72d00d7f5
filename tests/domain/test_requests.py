from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import errors, request_desks, request_life, request_times, requests
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.departments import Department
from bot.domain.identity import AccountId, ChannelId, DepartmentId, MemberId, RequestId, WorkspaceId
from bot.domain.members import Person, Workspace
from bot.domain.requests import Action, Answer, DeclineReason, Header, Kind, Request, State
from bot.domain.working_time import DEFAULT, Calendar, parse

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)
LEA, SANDRA, BEN = (Person(MemberId(f"U{name}"), name) for name in ("Lea", "Sandra", "Ben"))
CARA, OLGA, LEON = (Person(MemberId(f"U{name}"), name) for name in ("Cara", "Olga", "Leon"))
PRODUCTION = Department(DepartmentId(1), "Production", ChannelId("CPROD"), SANDRA, head=BEN, deputy=CARA)
QUALITY = Department(DepartmentId(2), "Quality and Audit", ChannelId("CQUAL"), CARA)
OPEN_ACCOUNT = AccountRef(AccountId(7), "Helvetia")
ANSWERS = (Action.ACCEPT, Action.COUNTER, Action.DECLINE, Action.ASK, Action.PASS_ON)
WEEK = Calendar(ZoneInfo("Europe/Zurich"), parse(DEFAULT), "CH")


def request(**changes: Any) -> Request:
    header = Header(RequestId(1), 12, OPEN_ACCOUNT, PRODUCTION, "Two engineers", State.OPEN, FRIDAY, NOW)
    parts = {name: changes.pop(name) for name in ("account", "department", "state") if name in changes}
    return replace(Request(replace(header, **parts), LEA, Kind.EXPERT, "Two engineers"), **changes)


def gone(person: Person) -> Person:
    return replace(person, left=True)


def test_the_headline_is_the_first_line_that_says_something() -> None:
    assert requests.headline("\n  \u200b\n Two  engineers\nfor a week") == "Two engineers"
    assert requests.headline("") == ""


@given(st.text(max_size=400))
def test_a_headline_is_one_line_and_short_in_any_script(text: str) -> None:
    headline = requests.headline(text)
    assert len(headline) <= requests.HEADLINE
    assert "\n" not in headline


def test_a_long_first_line_is_cut_between_words_and_a_long_word_anywhere() -> None:
    assert requests.headline("word " * 60).endswith("word…")
    assert requests.headline("w" * 300) == "w" * 119 + "…"


def test_a_request_says_more_than_its_headline_only_if_it_does() -> None:
    assert not request().says_more
    assert request(what="Two engineers\nfor a week").says_more


def test_only_company_requests_of_open_accounts_are_public() -> None:
    assert request().is_public
    assert not request(visibility=Visibility.TEAM).is_public
    assert not request(account=replace(OPEN_ACCOUNT, access=Access.RESTRICTED)).is_public
    assert requests.is_public(None, Visibility.COMPANY)


def test_restricted_accounts_and_leadership_requests_go_to_named_people() -> None:
    assert request(account=replace(OPEN_ACCOUNT, access=Access.RESTRICTED)).is_hidden
    assert request(visibility=Visibility.LEADERSHIP).is_hidden
    assert not request(visibility=Visibility.TEAM).is_hidden
    assert not requests.is_hidden(None, Visibility.COMPANY)


def test_a_request_is_found_by_its_headline_account_and_kind_but_not_by_its_reasons() -> None:
    note = requests.request_note(request(what="Two engineers\nsecret detail", why="secret reason"))
    assert (note.text, note.number, note.heading, note.author_id) == ("Two engineers", 12, "Production", LEA.id)
    assert "Helvetia" in note.more
    assert "secret" not in f"{note.text} {note.heading} {note.more} {note.name}"
    assert requests.request_note(request(department=None)).heading == ""


# Who answers


def test_coordinator_head_deputy_and_key_persons_answer_for_their_department() -> None:
    desk = request_desks.desk(PRODUCTION, [OLGA, BEN], (), hidden=False)
    assert desk.people == (SANDRA, BEN, CARA, OLGA)
    assert desk.told == (SANDRA, BEN)
    assert desk.answered_by(OLGA.id)
    assert not desk.answered_by(LEA.id)
    assert not desk.answered_by(None)


def test_a_hidden_request_is_answered_by_coordinator_and_head_alone() -> None:
    assert request_desks.desk(PRODUCTION, [OLGA], (), hidden=True).people == (SANDRA, BEN)


def test_the_deputy_speaks_when_coordinator_and_head_have_left() -> None:
    left_alone = replace(PRODUCTION, coordinator=gone(SANDRA), head=gone(BEN))
    assert request_desks.desk(left_alone, [], (), hidden=True).people == (CARA,)


def test_key_persons_are_told_when_all_who_speak_have_left() -> None:
    left_alone = replace(PRODUCTION, coordinator=gone(SANDRA), head=None, deputy=None)
    assert request_desks.desk(left_alone, [OLGA], (LEON,), hidden=False).told == (OLGA,)
    hidden = request_desks.desk(left_alone, [OLGA], (LEON,), hidden=True)
    assert (hidden.people, hidden.stands_in) == ((LEON,), True), "a key person does not see it"


def test_without_a_department_somebody_stands_in() -> None:
    desk = request_desks.desk(None, [], (LEON,), hidden=False)
    assert (desk.people, desk.told, desk.stands_in) == ((LEON,), (LEON,), True)


def test_kam_leads_stand_in_then_admins_and_the_requester_only_if_nobody_else_is() -> None:
    assert request_desks.stand_in([LEON], [OLGA], LEA.id, restricted=False) == (LEON,)
    assert request_desks.stand_in([], [OLGA], LEA.id, restricted=False) == (OLGA,)
    assert request_desks.stand_in([LEA], [OLGA], LEA.id, restricted=False) == (OLGA,)
    assert request_desks.stand_in([LEA], [LEA], LEA.id, restricted=False) == (LEA,)
    assert request_desks.stand_in([], [], LEA.id, restricted=False) == ()


def test_admins_never_get_what_belongs_to_a_restricted_account() -> None:
    assert request_desks.stand_in([], [OLGA], LEA.id, restricted=True) == ()
    assert request_desks.stand_in([LEA], [OLGA], LEA.id, restricted=True) == (LEA,)


def test_a_request_names_those_who_speak_and_those_in_its_answer() -> None:
    assert request_desks.named(PRODUCTION, [LEON], None) == {SANDRA.id, BEN.id}
    assert request_desks.named(None, [LEON], None) == {LEON.id}
    answer = Answer(OLGA, NOW, assignee=CARA)
    assert request_desks.named(PRODUCTION, [], answer) == {SANDRA.id, BEN.id, OLGA.id, CARA.id}
    assert request_desks.named(PRODUCTION, [], Answer(OLGA, NOW)) == {SANDRA.id, BEN.id, OLGA.id}


def test_an_open_request_can_be_answered_by_whoever_answers_and_by_nobody_else() -> None:
    desk = request_desks.desk(PRODUCTION, [], (), hidden=False)
    assert request_life.actions(request(), Viewer(SANDRA.id), desk) == ANSWERS
    assert request_life.actions(request(), Viewer(LEA.id), desk) == (Action.WITHDRAW,)
    assert request_life.actions(request(state=State.CONFIRMED), Viewer(SANDRA.id), desk) == ()


def test_only_the_requester_is_offered_to_escalate_a_decline() -> None:
    desk = request_desks.desk(PRODUCTION, [], (), hidden=False)
    declined = request(state=State.DECLINED, answer=Answer(SANDRA, NOW, reason=DeclineReason.GOAL))
    assert request_life.actions(declined, Viewer(LEA.id), desk) == (Action.ESCALATE,)
    assert request_life.actions(declined, Viewer(SANDRA.id), desk) == ()


@given(st.sampled_from(State), st.booleans(), st.booleans(), st.booleans())
def test_every_open_request_has_somebody_who_can_answer_it(
    state: State, department: bool, someone_left: bool, hidden: bool
) -> None:
    chosen = PRODUCTION if department else None
    if chosen and someone_left:
        chosen = replace(chosen, coordinator=gone(SANDRA), head=gone(BEN), deputy=None)
    desk = request_desks.desk(chosen, [], (LEON,), hidden=hidden)
    offered = [request_life.actions(request(state=state), Viewer(person.id), desk) for person in desk.people]
    assert offered
    assert all(Action.ACCEPT in can for can in offered) is (state in requests.UNANSWERED)


# Answer and lead time


def pairs(*hours: float) -> list[tuple[datetime, datetime]]:
    monday = datetime(2026, 11, 16, 8, 0, tzinfo=ZoneInfo("Europe/Zurich"))
    return [(monday, monday + timedelta(hours=spent)) for spent in hours]


def test_below_five_answers_the_configured_time_is_shown() -> None:
    usual = request_times.usual_answer(pairs(1, 1, 1, 1), WEEK, 16)
    assert (usual.hours, usual.measured) == (16, False)


def test_from_five_answers_on_the_median_is_shown_in_whole_working_hours() -> None:
    usual = request_times.usual_answer(pairs(1, 2, 3.2, 4, 8), WEEK, 16)
    assert (usual.hours, usual.measured) == (4, True)
    assert request_times.usual_answer(pairs(0, 0, 0, 0, 0), WEEK, 16).hours == 1


def test_only_the_last_twenty_answers_count() -> None:
    newest_first = pairs(*[2] * 20, *[9] * 30)
    assert request_times.usual_answer(newest_first, WEEK, 16).hours == 2


def test_a_date_before_the_lead_time_is_short_notice() -> None:
    notice = request_times.short_notice(date(2026, 11, 24), FRIDAY, WEEK, 5)
    assert notice is not None
    assert (notice.days, notice.lead_days, notice.earliest) == (2, 5, date(2026, 11, 27))
    assert request_times.short_notice(date(2026, 11, 27), FRIDAY, WEEK, 5) is None
    assert request_times.short_notice(FRIDAY, FRIDAY, WEEK, 0) is None


def test_a_past_date_is_refused_at_its_field_and_today_is_not() -> None:
    request_times.check_date(FRIDAY, FRIDAY, "needed_by")
    with pytest.raises(errors.PastDate) as refused:
        request_times.check_date(date(2026, 11, 19), FRIDAY, "needed_by")
    assert refused.value.field == "needed_by"


def test_a_department_works_by_its_own_hours_else_by_the_workspaces() -> None:
    workspace = Workspace(WorkspaceId("T1"), "Arven", "en", "Europe/Berlin", "DE")
    assert request_times.department_calendar(PRODUCTION, workspace) == Calendar(
        ZoneInfo("Europe/Berlin"), parse(DEFAULT), "DE"
    )
    own = replace(PRODUCTION, time_zone="Asia/Tokyo", country="JP", region="13", working_hours="Sa 09:00-10:00")
    expected = Calendar(ZoneInfo("Asia/Tokyo"), parse("Sa 09:00-10:00"), "JP", "13")
    assert request_times.department_calendar(own, workspace) == expected


# Reading a line


@pytest.mark.parametrize(
    ("line", "name", "rest"),
    [
        ("Production two engineers", "Production", "two engineers"),
        ("PRODUCTION: two engineers", "Production", "two engineers"),
        ("production", "Production", ""),
        ("Production,\ntwo\nengineers", "Production", "two\nengineers"),
        ("quality and audit: two auditors", "Quality and Audit", "two auditors"),
        ("Quality and Audit two auditors", "Quality and Audit", "two auditors"),
        ("Quality two auditors", None, "Quality two auditors"),
        ("Productoin: two engineers", None, "Productoin: two engineers"),
        ("two engineers: from Production", None, "two engineers: from Production"),
        ("", None, ""),
    ],
)
def test_a_line_names_its_department_exactly_or_not_at_all(line: str, name: str | None, rest: str) -> None:
    department, what = request_desks.read_department(line, [PRODUCTION, QUALITY])
    assert (department.name if department else None, what) == (name, rest)


@given(st.text())
def test_no_line_loses_a_word(line: str) -> None:
    department, what = request_desks.read_department(line, [PRODUCTION, QUALITY])
    assert department is not None or what == line


def test_a_search_offers_all_departments_then_those_like_what_is_typed() -> None:
    known = [PRODUCTION, QUALITY]
    assert request_desks.departments_like(" ", known, 1) == (PRODUCTION,)
    assert request_desks.departments_like("aud", known, 9) == (QUALITY,)
    assert request_desks.departments_like("xyz", known, 9) == ()
