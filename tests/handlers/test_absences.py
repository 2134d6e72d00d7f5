from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.members import Member, Role
from tests.company import Company
from tests.slack import Slack, words


@pytest.fixture
def martin(company: Company) -> Member:
    return company.member("Martin Keller", id="UMARTIN")


@pytest.fixture
def ana(company: Company) -> Member:
    return company.member("Ana Costa", id="UANA", locale="de-DE")


def enter(slack: Slack, actor: Member, start: str, end: str, deputy: Member | None = None) -> dict[str, Any]:
    slack.press(actor, slack.command(actor, "/kam absence"), "Enter absence")
    return slack.submit(actor, starts_on=start, ends_on=end, deputy=deputy.id if deputy else None)


def test_an_absence_is_entered_changed_and_taken_back(slack: Slack, martin: Member, ana: Member) -> None:
    assert "You have entered no absence." in words(slack.command(martin, "/kam absence"))
    assert enter(slack, martin, "2026-12-07", "2026-12-11", ana) == {}
    slack.deliver()
    listed = slack.out.replies[-1]
    assert "Mon 7 Dec to Fri 11 Dec" in words(listed)
    assert "Du vertrittst Martin Keller: Mo 7. Dez. bis Fr 11. Dez." in words(slack.out.to(ana)[0])

    slack.press(martin, listed, "Change")
    assert slack.submit(martin, ends_on="2026-12-10") == {}
    slack.deliver()
    slack.press(martin, slack.out.replies[-1], "Take back")
    slack.deliver()
    assert "You have entered no absence." in words(slack.out.replies[-1])


def test_the_german_verb_shows_the_same_and_a_deputy_sees_for_whom_they_stand_in(
    slack: Slack, martin: Member, ana: Member
) -> None:
    enter(slack, martin, "2026-12-07", "2026-12-07", ana)
    shown = words(slack.command(ana, "/kam abwesend"))
    assert "*Du vertrittst*\nMartin Keller: Mo 7. Dez." in shown


@pytest.mark.parametrize(
    ("start", "end", "field", "said"),
    [
        ("2026-11-19", "2026-11-25", "starts_on", "Thu 19 Nov is over. Please choose today or later."),
        ("2026-11-25", "2026-11-24", "ends_on", "The last day lies before the first. Please choose a later one."),
        (
            "2026-12-11",
            "2026-12-20",
            "starts_on",
            "There is an absence from Mon 7 Dec to Fri 11 Dec already. Please choose other days, or change that one.",
        ),
    ],
)
def test_a_period_that_cannot_be_is_refused_at_its_field(
    slack: Slack, martin: Member, start: str, end: str, field: str, said: str
) -> None:
    enter(slack, martin, "2026-12-07", "2026-12-11")
    assert enter(slack, martin, start, end) == {"response_action": "errors", "errors": {field: said}}


def test_ones_own_deputy_one_cannot_be(slack: Slack, martin: Member) -> None:
    refused = enter(slack, martin, "2026-12-07", "2026-12-11", martin)
    assert refused["errors"] == {
        "deputy": "Nobody stands in for themselves. Please choose a colleague, or leave it empty."
    }


def test_a_ring_of_deputies_is_warned_of(slack: Slack, company: Company, martin: Member) -> None:
    ben = company.member("Ben")
    enter(slack, martin, "2026-12-07", "2026-12-11", ben)
    enter(slack, ben, "2026-12-09", "2026-12-18", martin)
    assert "On Wed 9 Dec nobody stands in" in words(slack.command(martin, "/kam absence"))


def test_a_late_press_is_told_what_is_planned(slack: Slack, martin: Member) -> None:
    enter(slack, martin, "2026-12-07", "2026-12-11")
    listed = slack.command(martin, "/kam absence")
    slack.press(martin, listed, "Take back")
    slack.press(martin, listed, "Change")
    slack.press(martin, listed, "Take back")
    assert [words(answer) for answer in slack.modals.answers] == [
        "This absence is over, or was taken back. /kam absence shows what is planned."
    ] * 2


def test_what_has_begun_can_be_ended_from_the_day_it_runs(slack: Slack, martin: Member) -> None:
    enter(slack, martin, "2026-11-20", "2026-11-25")
    slack.later(days=3)
    slack.press(martin, slack.command(martin, "/kam absence"), "Back already")
    assert slack.modals.answers == []
    assert "You have entered no absence." in words(slack.command(martin, "/kam absence"))


def test_a_kam_lead_enters_the_absence_of_a_sponsor(slack: Slack, company: Company, martin: Member) -> None:
    zoe = company.member("Zoe", role="kam_lead")
    company.account("Helvetia Pumpen", sponsor=martin)
    slack.press(zoe, slack.command(zoe, "/kam absence"), "For somebody else")
    typed: dict[str, Any] = {"starts_on": "2026-12-07", "ends_on": "2026-12-07"}
    refused = slack.submit(zoe, member=company.member("Ben").id, **typed)
    assert "KAM leads enter absences for those who back" in refused["errors"]["member"]
    assert slack.submit(zoe, member=martin.id, **typed) == {}
    slack.deliver()
    assert "Zoe entered an absence for you: Mon 7 Dec." in words(slack.out.to(martin)[0])
    assert "Martin Keller · Mon 7 Dec" in words(slack.command(zoe, "/kam absence"))


def test_a_form_slack_does_not_open_is_opened_again(slack: Slack, martin: Member) -> None:
    slack.modals.silent = True
    slack.press(martin, slack.command(martin, "/kam absence"), "Enter absence")
    slack.modals.silent = False
    (again,) = slack.modals.answers
    slack.press(martin, again, "Open the form")
    assert slack.submit(martin, starts_on="2026-12-07", ends_on="2026-12-07") == {}


def test_today_is_the_day_where_the_person_lives(slack: Slack, company: Company) -> None:
    aya = company.member("Aya", time_zone="Asia/Tokyo")
    slack.now = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    assert enter(slack, aya, "2026-11-20", "2026-11-25")["response_action"] == "errors"
    assert enter(slack, aya, "2026-11-21", "2026-11-25") == {}


@pytest.mark.parametrize("value", ["", "x", "17:1", "<!channel>", "9999999999999999999999:1"])
def test_a_button_that_carries_nonsense_finds_nothing(slack: Slack, martin: Member, value: str) -> None:
    for action_id in ("absence.change", "absence.end"):
        slack.click(martin, action_id, value)
    assert [words(answer) for answer in slack.modals.answers] == ["This is not here any more."] * 2


@pytest.mark.parametrize("verb", ["absence", "abwesend"])
def test_a_line_enters_an_absence_at_once(slack: Slack, martin: Member, ana: Member, verb: str) -> None:
    shown = slack.command(martin, f"/kam {verb} 7.12.-11.12. <@{ana.id}|ana.costa>")
    assert "Mon 7 Dec to Fri 11 Dec" in words(shown)
    assert "Ana Costa stands in" in words(shown)
    slack.deliver()
    assert "Du vertrittst Martin Keller: Mo 7. Dez. bis Fr 11. Dez." in words(slack.out.to(ana)[0])
    slack.press(martin, shown, "Take back")
    slack.deliver()
    assert "You have entered no absence." in words(slack.out.replies[-1])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("next week <!channel>", "I can't read from when to when."),
        ("@ana", "I can't read from when to when."),
        ("19.11.", "Thu 19 Nov is over. Please choose today or later."),
        ("5.12.-1.12.", "The last day lies before the first. Please choose a later one."),
        ("1.12. <@UMARTIN|martin>", "Nobody stands in for themselves."),
        ("1.12. <@UNOBODY|nobody>", "Only full members of this Slack can be named here."),
        ("1.12. @anna", "Only full members of this Slack can be named here."),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_nothing_is_entered(
    slack: Slack, martin: Member, line: str, said: str
) -> None:
    refused = words(slack.command(martin, f"/kam absence {line}"))
    assert said in refused
    assert "<!" not in refused
    assert "You have entered no absence." in words(slack.command(martin, "/kam absence"))


def test_a_line_that_is_not_read_is_given_back_in_german_too(slack: Slack, ana: Member) -> None:
    refused = words(slack.command(ana, "/kam abwesend irgendwann"))
    assert "Ich kann nicht lesen, von wann bis wann." in refused
    assert "irgendwann" in refused


def test_a_kam_lead_does_not_make_themselves_the_deputy_of_a_sponsor(
    slack: Slack, company: Company, martin: Member, ana: Member
) -> None:
    lena = company.member("Lena Lead", role=Role.KAM_LEAD)
    company.sponsorship(martin, ana)
    slack.press(lena, slack.command(lena, "/kam absence"), "For somebody else")
    typed: dict[str, Any] = {"member": martin.id, "starts_on": "2026-12-07", "ends_on": "2026-12-11"}
    refused = slack.submit(lena, **typed, deputy=lena.id)
    assert refused["errors"] == {
        "deputy": "Nobody makes themselves somebody's deputy. Please choose a colleague, leave it empty, or ask Martin "
        "Keller to enter it."
    }
    assert slack.submit(lena, **typed, deputy=ana.id) == {}


def test_a_deputy_whom_the_absent_person_named_may_still_change_the_days_as_a_kam_lead(
    slack: Slack, company: Company, martin: Member, ana: Member
) -> None:
    lena = company.member("Lena Lead", role=Role.KAM_LEAD)
    company.sponsorship(martin, ana)
    enter(slack, martin, "2026-12-07", "2026-12-11", lena)
    slack.press(lena, slack.command(lena, "/kam absence"), "Change")
    assert slack.submit(lena, ends_on="2026-12-10") == {}
