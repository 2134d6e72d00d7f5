"""Favours: what was given and received, as a list without any sum, and its form."""

from collections.abc import Mapping

from bot.domain.access import Visibility
from bot.domain.briefings import Offer
from bot.domain.delivery import Subject
from bot.domain.favours import LONGEST, Direction, Effort, Favour, FavourForm, FavourList, FavoursListed, WhichContact
from bot.domain.worklists import WhichAccount
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import blocks, labels, worklists
from bot.views.blocks import (
    Block,
    Confirm,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    field,
    message,
    modal,
    radio,
    search,
    section,
    select,
)
from bot.views.briefings import offered
from bot.views.labels import N_, label

_TEXT = 140
_NAME = 30
_DIRECTION: Mapping[str, str] = {Direction.GIVEN: N_("Given"), Direction.RECEIVED: N_("Received")}
_EFFORT: Mapping[str, str] = {Effort.MINUTES: N_("Minutes"), Effort.HOURS: N_("Hours"), Effort.DAYS: N_("Days")}
_VALUE: Mapping[str, str] = {"3": N_("Great help"), "2": N_("Useful"), "1": N_("Nice")}


def listed(done: FavoursListed | WhichAccount | WhichContact, t: Translator) -> Message:
    """Show a page of favours, newest first; or ask whose are meant."""
    if isinstance(done, WhichAccount):
        return worklists.listed(done, t)
    if isinstance(done, WhichContact):
        return _which(done, t)
    headline, asked = _headline(done, t), done.asked
    return message(
        headline,
        section(bold(headline)),
        actions(
            button(t("New"), "favour.new", asked.key),
            button(t("Mine"), "favour.mine", "member:0:0") if asked.subject is not Subject.MEMBER else None,
            search("favours.account", t("An account's …")),
        ),
        *(_line(one, done, t) for one in done.favours),
        section(t("No favour is written down here yet. New writes one down; so does a log."))
        if not done.favours
        else None,
        actions(
            button(t("Back"), "favour.back", asked.turned(-1).key) if asked.page else None,
            button(t("More"), "favour.more", asked.turned(1).key) if done.has_more else None,
        ),
        context(t("Given without asking for anything in return: nothing is added up or set off."), _policy(t)),
    )


def _which(done: WhichContact, t: Translator) -> Message:
    sentence = t("Several contacts are called {name}. Which one?", name=Typed(cut(done.typed, 80)))
    picks = [
        button(offered(Offer.of(one), t), f"favour.pick{at}", FavourList(Subject.CONTACT, one.id).key)
        for at, one in enumerate(done.contacts)
    ]
    return message(sentence, section(sentence), actions(*picks))


def form(shown: FavourForm, t: Translator) -> View:
    """Ask for whom it was, what it was, and what it was worth to the receiver."""
    account, contact = shown.account, shown.contact
    return modal(
        "favour",
        t("Write down a favour"),
        field(
            "account",
            t("Account"),
            search(
                "favour.find",
                t("Choose an account"),
                (str(account.id), Typed(account.name)) if account else None,
            ),
            asks_at_once=True,
        ),
        field(
            f"contact~{account.id}",
            t("Contact"),
            search("contact.find", t("Choose a contact"), (str(contact.id), Typed(contact.name)) if contact else None),
            optional=True,
        )
        if account
        else None,
        field("direction", t("Given or received?"), radio(labels.choices(t, _DIRECTION), Direction.GIVEN)),
        field("kind", t("Kind"), select(labels.choices(t, labels.FAVOUR), placeholder=t("Choose a kind"))),
        field(
            "text",
            t("What was it?"),
            blocks.text_input(
                many_lines=True, example=t("e.g. Introduced them to our laboratory for coatings"), most=LONGEST
            ),
        ),
        field(
            "value",
            t("What was it worth to the receiver?"),
            select(labels.choices(t, _VALUE), placeholder=t("Not known yet")),
            t("Only if they said so: the receiver's own words count."),
            optional=True,
        ),
        *(_rare(shown, t) if shown.more else (actions(button(t("More"), "favour.fields", shown.draft_id)),)),
        context(_policy(t)),
        submit=t("Save"),
        close=t("Cancel"),
        metadata={
            "draft": shown.draft_id,
            "account": account.id if account else None,
            "more": 1 if shown.more else None,
        },
    )


def _rare(shown: FavourForm, t: Translator) -> tuple[Block, ...]:
    return (
        field("effort", t("Effort"), select(labels.choices(t, _EFFORT), placeholder=t("Choose")), optional=True),
        field("on", t("When?"), blocks.day(shown.today), optional=True),
        field("visibility", t("Who may see it"), select(labels.choices(t, labels.VISIBILITY), Visibility.COMPANY)),
    )


def _headline(done: FavoursListed, t: Translator) -> Words:
    if done.contact is not None:
        return t("Favours to and from {name}", name=Typed(cut(done.contact.name, 120)))
    if done.account is not None:
        return t("Favours at {account}", account=Typed(cut(done.account.name, 120)))
    return t("Favours you gave or received")


def _line(one: Favour, done: FavoursListed, t: Translator) -> Block:
    """Say what it was; below it when, to or from whom, and what it was worth."""
    account = Typed(cut(one.account.name, _NAME))
    sign = "🎁" if one.direction is Direction.GIVEN else "💐"
    first = joined([Words(sign, sign), bold(_whom(one, t)), Typed(cut(one.text, _TEXT))], " ")
    second = joined(
        [
            t.day(one.on),
            label(t, labels.FAVOUR, one.kind),
            account if one.contact else NO_WORDS,
            label(t, _EFFORT, one.effort),
            t("the receiver: {value}", value=label(t, _VALUE, one.value)) if one.value else NO_WORDS,
            Typed(one.short_id) if one.short_id else NO_WORDS,
        ]
    )
    return section(joined([first, second], "\n"), _take_back(one, done, t))


def _whom(one: Favour, t: Translator) -> Words:
    person = Typed(cut(one.member.name, _NAME))
    other = Typed(cut(one.contact.name if one.contact else one.account.name, _NAME))
    if one.direction is Direction.GIVEN:
        return t("{person} to {other}:", person=person, other=other)
    return t("{other} to {person}:", person=person, other=other)


def _take_back(one: Favour, done: FavoursListed, t: Translator) -> Element | None:
    if not one.may_withdraw(done.viewer):
        return None
    confirm = Confirm(
        t("Take it back?"), t("The favour leaves every list; nobody is told."), t("Take back"), t("Cancel")
    )
    return button(t("Take back"), "favour.withdraw", f"{one.id}/{done.asked.key}", confirm=confirm)


def _policy(t: Translator) -> Words:
    return t("Gifts and invitations are no favours: see our gift policy.")
