"""Request forms: ask a department, and the form of every action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.access import Visibility
from bot.domain.departments import Department
from bot.domain.request_results import ActionForm, RequestForm, RequestsAlike
from bot.domain.request_times import Pace
from bot.domain.requests import ANSWER, SCOPE, WHAT, WHY, Action, Request
from bot.i18n import NO_WORDS, Translator, Typed, Words, joined
from bot.views import labels
from bot.views.blocks import (
    Block,
    Choice,
    View,
    actions,
    button,
    context,
    day,
    field,
    modal,
    person,
    quote,
    radio,
    search,
    section,
    select,
    text_input,
)
from bot.views.labels import N_, choices
from bot.views.request_sentences import headline, named, readers, said_of_offer
from bot.views.request_times import answer_time, short_notice

LONGEST_NAME = 120


def form(draft: RequestForm, t: Translator) -> View:
    """Build the modal: whom one asks, for which account, what, why and until when."""
    department, account = draft.department, draft.account
    return modal(
        "request",
        t("Ask a department"),
        field(
            "department",
            t("Department"),
            search(
                "request.department",
                t("Search a department"),
                choice(department) if department else None,
            ),
            asks_at_once=True,
        )
        if draft.departments
        else None,
        context(_pace(department, draft.pace, t)) if department and draft.pace else None,
        field(
            "account",
            t("Account"),
            search(
                "request.account", t("Search an account"), (str(account.id), Typed(account.name)) if account else None
            ),
            t("A new one can be named under More."),
            optional=draft.more,
            asks_at_once=True,
        ),
        field("new_account", t("Or a new account"), text_input(most=LONGEST_NAME), optional=True)
        if draft.more
        else None,
        field(
            "kind",
            t("What kind of help?"),
            select(choices(t, labels.REQUEST_KIND), placeholder=t("Expert, capacity, date …")),
        ),
        field(
            "what",
            t("What do you ask for?"),
            text_input(draft.what, many_lines=True, example=t("Two engineers for the pilot line, one week"), most=WHAT),
            t("The first line becomes the headline."),
        ),
        section(_cut(t)) if len(draft.what) > WHAT else None,
        field(
            "why",
            t("Why does it matter to the customer?"),
            text_input(
                many_lines=True, example=t("The pilot decides whether they order the whole line from us"), most=WHY
            ),
            t("A good reason persuades better than pressure."),
            optional=True,
        ),
        field("needed_by", t("Needed by"), day()),
        section(short_notice(department, draft.warning, t)) if department and draft.warning else None,
        *(_more(t) if draft.more else []),
        context(_who_will_see(draft, t)),
        None if draft.more else actions(button(t("More"), "request.more")),
        submit=t("Send"),
        close=t("Cancel"),
        metadata={
            "draft": draft.draft_id,
            "department": department.id if department else None,
            "account": account.id if account else None,
            "more": 1 if draft.more else None,
        },
    )


def choice(department: Department) -> Choice:
    """Offer a department in a search."""
    return str(department.id), Typed(department.name)


def alike(found: RequestsAlike, t: Translator) -> View:
    """Build the modal that offers to join what others asked for already."""
    joins: list[Choice] = []
    for one in found.found:
        label = (
            t("Leave it at {id}", id=Typed(one.header.short_id))
            if one.is_mine
            else t("Join {id} instead", id=Typed(one.header.short_id))
        )
        joins.append((str(one.header.id), joined([label, Typed(one.header.headline)])))
    return modal(
        "request.alike",
        t("Ask for the same?"),
        section(t("This may be asked for already. Whoever joins reads everything of it and hears what becomes of it.")),
        field("choice", t("What do you want to do?"), radio([*joins, ("send", t("Send mine anyway"))], joins[0][0])),
        field(
            "words",
            t("Anything to add, if you join?"),
            text_input(many_lines=True, example=t("We need it for the same visit"), most=ANSWER),
            optional=True,
        ),
        submit=t("Go on"),
        close=t("Back"),
        metadata={"draft": found.draft_id},
    )


def of_action(asked: ActionForm, t: Translator) -> View:
    """Build the modal of an action."""
    spoken = SPOKEN.get(asked.action)
    return _spoken(asked, spoken, t) if spoken else _FORMS[asked.action](asked, t)


def _accept(asked: ActionForm, t: Translator) -> View:
    """Build the modal to promise a request."""
    request = asked.request
    needed_by, offer = request.header.needed_by, request.offer
    promised = (offer.on if offer else None) or needed_by
    taken_on = offer.person if offer and offer.person else asked.actor
    who = t("They will see this request.") if request.is_hidden else None
    return modal(
        "request.accept",
        t("Accept request"),
        section(headline(request.header)),
        _standing_offer(request, t),
        field(
            "promised_on",
            t("Promised for"),
            day(promised if promised >= t.today else None),
            t("Needed by {day}.", day=t.day(needed_by)),
        ),
        field("assignee", t("Who takes it on?"), person(taken_on.id), who),
        field(
            "words",
            t("Anything to add?"),
            text_input(many_lines=True, example=t("Please call me before the visit"), most=ANSWER),
            optional=True,
        ),
        submit=t("Accept"),
        close=t("Cancel"),
        metadata=_metadata(asked),
    )


def _decline(asked: ActionForm, t: Translator) -> View:
    """Build the modal to say why not this time."""
    request = asked.request
    return modal(
        "request.decline",
        t("Decline request"),
        section(headline(request.header)),
        field("reason", t("What stands against it?"), select(choices(t, labels.DECLINE_REASON))),
        field(
            "words",
            t("What is possible instead?"),
            text_input(many_lines=True, example=t("One engineer from 8 December, or a call this week"), most=ANSWER),
            t("A no comes with what is possible instead."),
        ),
        submit=t("Decline"),
        close=t("Cancel"),
        metadata=_metadata(asked),
    )


def _counter(asked: ActionForm, t: Translator) -> View:
    """Build the modal to offer something else."""
    request = asked.request
    return modal(
        f"request.{asked.action}",
        t("Counter-offer"),
        section(headline(request.header)),
        _standing_offer(request, t),
        context(t("Needed by {day}.", day=t.day(request.header.needed_by)), t("At least one of the three, please.")),
        field("offered_on", t("Another date"), day(), optional=True),
        field("assignee", t("Another person"), person(), optional=True),
        field(
            "scope",
            t("Another scope"),
            text_input(example=t("One engineer instead of two"), most=SCOPE),
            optional=True,
        ),
        field(
            "words",
            t("Anything to add?"),
            text_input(many_lines=True, example=t("Please call me before the visit"), most=ANSWER),
            optional=True,
        ),
        submit=t("Offer"),
        close=t("Cancel"),
        metadata=_metadata(asked),
    )


def _pass_on(asked: ActionForm, t: Translator) -> View:
    """Build the modal to offer a request to another department."""
    return modal(
        "request.pass_on",
        t("Pass on"),
        section(headline(asked.request.header)),
        field(
            "department",
            t("Department"),
            search("request.department", t("Search a department")),
            t("Until they take it over, it stays with you."),
        ),
        field(
            "words",
            t("Why does it belong there?"),
            text_input(many_lines=True, example=t("They plan the pilot line"), most=ANSWER),
            optional=True,
        ),
        submit=t("Pass on"),
        close=t("Cancel"),
        metadata=_metadata(asked),
    )


def _move(asked: ActionForm, t: Translator) -> View:
    """Build the modal to promise another date."""
    promised = asked.request.answer.promised_on if asked.request.answer else None
    return modal(
        "request.move",
        t("Move the date"),
        section(headline(asked.request.header)),
        field(
            "promised_on",
            t("Promised for"),
            day(promised if promised and promised >= t.today else None),
            t("Needed by {day}.", day=t.day(asked.request.header.needed_by)),
        ),
        field(
            "words",
            t("Why does it move?"),
            text_input(many_lines=True, example=t("The test bench is free a week later"), most=ANSWER),
            t("Who asked and the KAM hear of it."),
        ),
        submit=t("Move"),
        close=t("Cancel"),
        metadata=_metadata(asked),
    )


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A form of one field for words."""

    title: str
    label: str
    example: str
    submit: str
    hint: str = ""
    optional: bool = True


SPOKEN: Mapping[Action, _Spoken] = {
    Action.ASK: _Spoken(
        N_("Ask back"),
        N_("What do you need to know?"),
        N_("Which of the two lines is it for?"),
        N_("Ask"),
        N_("The time to answer stands still until the answer is there."),
        optional=False,
    ),
    Action.ANSWER: _Spoken(
        N_("Answer"), N_("Your answer"), N_("For line 2, from 8 to 12 December"), N_("Answer"), optional=False
    ),
    Action.TURN_DOWN: _Spoken(
        N_("Turn down the offer"),
        N_("Why does it not fit?"),
        N_("The customer comes on 4 December"),
        N_("Turn down"),
        N_("The request is open again then."),
    ),
    Action.DELIVER: _Spoken(
        N_("Delivered"), N_("What was delivered?"), N_("Both engineers were on site all week"), N_("Delivered")
    ),
    Action.REOPEN: _Spoken(
        N_("Reopen request"),
        N_("What is still missing?"),
        N_("The test report has not come yet"),
        N_("Reopen"),
        optional=False,
    ),
    Action.WITHDRAW: _Spoken(
        N_("Withdraw request"),
        N_("Why is it not needed any more?"),
        N_("The customer moved the visit to spring"),
        N_("Withdraw"),
        N_("Whoever works on it hears that it is over."),
    ),
}
"""The forms that ask for words alone."""


def _spoken(asked: ActionForm, form_: _Spoken, t: Translator) -> View:
    question = asked.request.question
    return modal(
        f"request.{asked.action}",
        t(form_.title),
        section(headline(asked.request.header)),
        quote(Typed(question.text)) if question and asked.action is Action.ANSWER else None,
        _standing_offer(asked.request, t),
        field(
            "words",
            t(form_.label),
            text_input(many_lines=True, example=t(form_.example), most=ANSWER),
            t(form_.hint) if form_.hint else None,
            optional=form_.optional,
        ),
        submit=t(form_.submit),
        close=t("Cancel"),
        metadata=_metadata(asked),
    )


_FORMS: Mapping[Action, Callable[[ActionForm, Translator], View]] = {
    Action.ACCEPT: _accept,
    Action.DECLINE: _decline,
    Action.COUNTER: _counter,
    Action.COUNTER_AGAIN: _counter,
    Action.PASS_ON: _pass_on,
    Action.MOVE: _move,
}


ACTIONS = frozenset({*SPOKEN, *_FORMS})
"""What is done by a form."""


def _metadata(asked: ActionForm) -> dict[str, int | str | None]:
    return {"request": asked.request.id, "version": asked.request.version, "kept": asked.draft_id}


def _standing_offer(request: Request, t: Translator) -> Block | None:
    return section(said_of_offer(request.offer, request, t)) if request.offer else None


def _who_will_see(draft: RequestForm, t: Translator) -> Words:
    """Say before the form is sent where it goes and who sees it."""
    desk, account = draft.desk, draft.account
    people = named(desk.told, t) if desk else NO_WORDS
    where = NO_WORDS
    if desk is not None and not desk.people:
        return t("Nobody is set up yet who could receive this.")
    if desk is not None and desk.stands_in and desk.department is None:
        where = t("No department is set up yet, so this goes to {people}.", people=people)
    elif desk is not None and desk.stands_in:
        where = t("Nobody answers for this department at the moment, so this goes to {people}.", people=people)
    if account is not None and account.restricted:
        return joined([where, _restricted(Typed(account.name), people, t)], " ")
    if draft.visibility is Visibility.COMPANY:
        return joined([where, t("The card and its answer are visible to everyone in the company.")], " ")
    if desk is None:
        return t("Nothing goes to a channel; the department's coordinator and head get it by direct message.")
    seen_by = readers(draft.visibility, desk, people, t)
    return joined(
        [where, t("Nothing goes to a channel; {people} get it by direct message.", people=people), seen_by], " "
    )


def _restricted(account: Typed, people: Words, t: Translator) -> Words:
    if not people:
        return t(
            "🔒 {account} is restricted: nothing goes to a channel. Besides its own people only the department's "
            "coordinator and head will see this.",
            account=account,
        )
    return t(
        "🔒 {account} is restricted: nothing goes to a channel. Besides its own people only {people} will see this.",
        account=account,
        people=people,
    )


def _pace(department: Department, pace: Pace, t: Translator) -> Words:
    lead = t.plural(
        "asks for {count} working day: {day} at the earliest",
        "asks for {count} working days: {day} at the earliest",
        pace.lead_days,
        day=t.day(pace.earliest),
    )
    return joined([answer_time(department, pace.answer, t), lead])


def _cut(t: Translator) -> Words:
    return t(
        "Your text is longer than a request takes: its first {limit} characters are here. Please check that they say it.",
        limit=t.number(WHAT),
    )


def _more(t: Translator) -> list[Block]:
    return [
        field("effort", t("Your guess of the effort"), select(choices(t, labels.EFFORT)), optional=True),
        field(
            "importance",
            t("How important is it for the customer?"),
            select(choices(t, labels.IMPORTANCE)),
            optional=True,
        ),
        field(
            "visibility",
            t("Who may read it?"),
            select(choices(t, labels.REQUEST_VISIBILITY), Visibility.COMPANY, action_id="request.visibility"),
            asks_at_once=True,
        ),
    ]
