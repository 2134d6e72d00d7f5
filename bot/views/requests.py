"""Requests: the form, the card with its answers, and what requester, assignee and thread hear."""

from bot.domain.access import Visibility
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.identity import RequestId
from bot.domain.members import Person
from bot.domain.requests import (
    ANSWER,
    WHAT,
    WHY,
    Action,
    Answer,
    AnswerForm,
    AnswerTime,
    Because,
    DeclineReason,
    Desk,
    Header,
    HeaderShown,
    Pace,
    Request,
    RequestCard,
    RequestForm,
    RequestSent,
    RequestShown,
    ShortNotice,
    State,
    Told,
)
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined, mention
from bot.i18n.words import Text
from bot.views import labels
from bot.views.blocks import (
    Block,
    Choice,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    day,
    facts,
    field,
    message,
    modal,
    person,
    quote,
    search,
    section,
    select,
    text_input,
)
from bot.views.labels import choices, label

LONGEST_NAME = 120
_MOST_HISTORY = 12


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
        section(_short_notice(department, draft.warning, t)) if department and draft.warning else None,
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


def sent(done: RequestSent, t: Translator) -> Message:
    """Answer the requester: with whom it is, when an answer usually comes, who sees it."""
    request, department = done.request, done.request.department
    headline = _where_it_is(done, t)
    return message(
        headline,
        section(bold(headline)),
        quote(Typed(request.what)),
        facts([(t("Account"), Typed(request.account.name)), (t("Needed by"), t.day(request.header.needed_by))]),
        section(_short_notice(department, done.warning, t)) if department and done.warning else None,
        context(
            _answer_time(department, done.answer, t) if department and done.answer else NO_WORDS,
            _who_sees(request, done.desk, t),
        ),
    )


def card(shown: RequestCard, t: Translator) -> Message:
    """Show the request where it is answered: in the department's channel or somebody's DM."""
    request = shown.request
    return message(
        _news(request, t),
        *_body(request, t),
        section(t("{person}, please answer.", person=mention(shown.calls.id, shown.calls.name)))
        if shown.calls
        else None,
        section(_short_notice(request.department, shown.warning, t)) if request.department and shown.warning else None,
        *_result(request, t),
        context(_because(shown, t), _who_sees(request, shown.desk, t), _last_change(request, t)),
        _buttons(request.id, shown.actions, t),
    )


def shown(done: RequestShown | HeaderShown, t: Translator) -> Message:
    """Show a request as its reader may see it, with what they can do and what happened."""
    if isinstance(done, HeaderShown):
        return _header(done.header, t)
    request = done.request
    history = [line for line in (_happened(entry, t) for entry in done.history[-_MOST_HISTORY:]) if line]
    return message(
        _news(request, t),
        *_body(request, t),
        section(_short_notice(request.department, done.warning, t)) if request.department and done.warning else None,
        *_result(request, t),
        context(*history),
        _buttons(request.id, done.actions, t, danger=_about_goals(request.answer)),
    )


def accept_form(asked: AnswerForm, t: Translator) -> View:
    """Build the modal to promise a request."""
    request = asked.request
    needed_by = request.header.needed_by
    who = t("They will see this request.") if request.is_hidden else None
    return modal(
        "request.accept",
        t("Accept request"),
        section(_headline(request.header)),
        field(
            "promised_on",
            t("Promised for"),
            day(needed_by if needed_by >= t.today else None),
            t("Needed by {day}.", day=t.day(needed_by)),
        ),
        field("assignee", t("Who takes it on?"), person(asked.answerer.id), who),
        field(
            "words",
            t("Anything to add?"),
            text_input(many_lines=True, example=t("Please call me before the visit"), most=ANSWER),
            optional=True,
        ),
        submit=t("Accept"),
        close=t("Cancel"),
        metadata={"request": request.id, "version": request.version, "kept": asked.draft_id},
    )


def decline_form(asked: AnswerForm, t: Translator) -> View:
    """Build the modal to say why not this time."""
    request = asked.request
    return modal(
        "request.decline",
        t("Decline request"),
        section(_headline(request.header)),
        field("reason", t("What stands against it?"), select(choices(t, labels.DECLINE_REASON))),
        field(
            "words",
            t("What is possible instead?"),
            text_input(many_lines=True, example=t("One engineer from 8 December, or a call this week"), most=ANSWER),
            t("A no comes with what is possible instead."),
        ),
        submit=t("Decline"),
        close=t("Cancel"),
        metadata={"request": request.id, "version": request.version, "kept": asked.draft_id},
    )


def thread_line(told: Told, t: Translator) -> Message:
    """Tell the card's thread what changed."""
    sentence = _outcome(told.request, t)
    return message(sentence, section(_signed(told.request, sentence, t)), _words(told.entry))


def accepted(told: Told, t: Translator) -> Message:
    """Tell the requester who accepted, and for when."""
    request, answer = told.request, told.request.answer
    sentence = _outcome(request, t, with_department=True)
    late = answer is not None and answer.promised_on is not None and answer.promised_on > request.header.needed_by
    return message(
        _quietly(request, sentence, t),
        section(_signed(request, sentence, t)),
        section(t("⏳ That is later than {day}, when you need it.", day=t.day(request.header.needed_by)))
        if late
        else None,
        _words(told.entry),
        *_reminder(request, t("You get this because you asked."), t),
    )


def declined(told: Told, t: Translator) -> Message:
    """Tell the requester why not this time, and that a conflict of goals can be put before a sponsor."""
    request = told.request
    sentence = _outcome(request, t, with_department=True)
    can = (Action.ESCALATE,) if told.may_escalate else ()
    return message(
        _quietly(request, sentence, t),
        section(_signed(request, sentence, t)),
        _words(told.entry),
        *_reminder(request, t("You get this because you asked."), t),
        _buttons(request.id, can, t, danger=_about_goals(request.answer)),
    )


def assigned(told: Told, t: Translator) -> Message:
    """Tell somebody that they take a request on."""
    request = told.request
    by, promised = (told.entry.actor, request.answer.promised_on) if request.answer else (told.entry.actor, None)
    sentence = t(
        "You take on {id}, promised for {day}.",
        id=Typed(request.short_id),
        day=t.day(promised or request.header.needed_by),
    )
    return message(
        sentence,
        section(bold(sentence)),
        quote(Typed(request.what)),
        facts(_facts(request, t)),
        _words(told.entry),
        context(t("You get this because {person} named you.", person=t.person(by)) if by else NO_WORDS),
    )


def _where_it_is(done: RequestSent, t: Translator) -> Words:
    short_id, people = Typed(done.request.short_id), t.all_of([t.person(member) for member in done.desk.told])
    department = done.request.department
    if department is None:
        return t("No department is set up yet, so {id} is with {people}", id=short_id, people=people)
    name = Typed(department.name)
    if done.desk.stands_in:
        return t(
            "Nobody answers for {department} at the moment, so {id} is with {people}",
            department=name,
            id=short_id,
            people=people,
        )
    return t("{id} is with {department}", id=short_id, department=name)


def _news(request: Request, t: Translator) -> Words:
    """Say in one sentence for a notification what stands here; nothing of a restricted account."""
    if request.answer is not None:
        return _quietly(request, _outcome(request, t), t)
    short_id = Typed(request.short_id)
    if request.account.restricted:
        return t("{id} waits for an answer", id=short_id)
    return t(
        "{account}: {person} asks: {headline} ({id})",
        account=Typed(request.account.name),
        person=t.person(request.requester),
        headline=Typed(request.header.headline),
        id=short_id,
    )


def _quietly(request: Request, sentence: Words, t: Translator) -> Words:
    """Put the account before a sentence, unless nobody but its readers may learn its name."""
    if request.account.restricted:
        return t("{id} is answered", id=Typed(request.short_id))
    return t("{account}: {sentence}", account=Typed(request.account.name), sentence=sentence)


def _body(request: Request, t: Translator) -> list[Block | None]:
    return [
        section(_signed(request, _headline(request.header), t)),
        quote(Typed(request.what)) if request.says_more else None,
        facts(_facts(request, t)),
    ]


def _headline(header: Header) -> Words:
    return joined([bold(Typed(header.short_id)), Typed(header.headline)])


def _signed(seen: Request | Header, sentence: Words, t: Translator) -> Words:
    """Put the state's sign before a sentence that says the state in words."""
    sign, _ = _state(seen.state, t)
    return joined([sign, sentence], " ")


def _state(state: State, t: Translator) -> tuple[Words, Words]:
    """Return a state's sign and its word."""
    sign, _, word = label(t, labels.REQUEST_STATE, state).plain.partition(" ")
    return Words(sign, sign), Words(word, word)


def _facts(request: Request, t: Translator) -> list[tuple[Words, Text]]:
    importance = label(t, labels.IMPORTANCE, request.importance)
    # A line break in somebody's words must not start a line that looks like ours.
    why = Typed(" ".join(request.why.split()))
    return [
        (t("Account"), Typed(request.account.name)),
        (t("From"), t.person(request.requester)),
        (t("Needed by"), t.day(request.header.needed_by)),
        (t("Status"), label(t, labels.REQUEST_STATE, request.state)),
        (
            t("What kind of help?"),
            joined([label(t, labels.REQUEST_KIND, request.kind), label(t, labels.EFFORT, request.effort), importance]),
        ),
        (t("Why it matters"), why),
    ]


def _result(request: Request, t: Translator) -> list[Block | None]:
    """Show the answer: it stays when the buttons go."""
    if request.answer is None:
        return []
    words = request.answer.words
    return [section(_signed(request, _outcome(request, t), t)), quote(Typed(words)) if words else None]


def _outcome(request: Request, t: Translator, *, with_department: bool = False) -> Words:
    """Say who answered what."""
    answer, short_id = request.answer, Typed(request.short_id)
    if answer is None:
        return joined([short_id, _state(request.state, t)[1]])
    who = t.person(answer.by)
    if with_department and request.department is not None:
        who = t("{person} ({department})", person=who, department=Typed(request.department.name))
    if answer.reason is not None:
        reason = label(t, labels.DECLINE_REASON, answer.reason)
        return t("{person} cannot do {id} this time: {reason}.", person=who, id=short_id, reason=reason)
    promised = t.day(answer.promised_on or request.header.needed_by)
    if answer.assignee is None or answer.assignee.id == answer.by.id:
        return t("{person} accepted {id}, promised for {day}.", person=who, id=short_id, day=promised)
    return t(
        "{person} accepted {id}, promised for {day}. {assignee} takes it on.",
        person=who,
        id=short_id,
        day=promised,
        assignee=t.person(answer.assignee),
    )


def _words(entry: Entry) -> Block | None:
    return quote(Typed(entry.words)) if entry.words else None


def _reminder(request: Request, why: Words, t: Translator) -> list[Block | None]:
    """Recall what was asked, below what is new."""
    return [
        facts([(t("You asked for"), Typed(request.header.headline)), (t("Account"), Typed(request.account.name))]),
        context(why),
    ]


def _happened(entry: Entry, t: Translator) -> Words:
    actor = t.person(entry.actor) if entry.actor else NO_WORDS
    at = t.moment(entry.at)
    match entry.action:
        case "request.sent":
            return t("{at}: {person} asked", at=at, person=actor)
        case "request.accepted":
            return t("{at}: {person} accepted", at=at, person=actor)
        case "request.declined":
            return t("{at}: {person} said not this time", at=at, person=actor)
        case _:
            return NO_WORDS


def _header(header: Header, t: Translator) -> Message:
    """Show what the company may know: no names of people, no reasons."""
    department = Typed(header.department.name) if header.department else NO_WORDS
    return message(
        joined([Typed(header.short_id), Typed(header.headline)]),
        section(_signed(header, _headline(header), t)),
        facts(
            [
                (t("Account"), Typed(header.account.name)),
                (t("Department"), department),
                (t("Status"), label(t, labels.REQUEST_STATE, header.state)),
                (t("Needed by"), t.day(header.needed_by)),
                (t("Promised for"), t.day(header.promised_on) if header.promised_on else NO_WORDS),
            ]
        ),
        context(t("Requester, department and account team see more of it.")),
    )


def _buttons(request_id: RequestId, can: tuple[Action, ...], t: Translator, *, danger: bool = False) -> Block | None:
    made: list[Element] = []
    if Action.ACCEPT in can:
        made.append(button(t("Accept"), "request.accept", request_id, style="primary"))
    if Action.DECLINE in can:
        made.append(button(t("Decline"), "request.decline", request_id))
    if Action.ESCALATE in can:
        label_ = t("Escalate as goal conflict")
        made.append(button(label_, "escalation.from_request", request_id, style="primary" if danger else None))
    return actions(*made)


def _about_goals(answer: Answer | None) -> bool:
    return answer is not None and answer.reason is DeclineReason.GOAL


def _because(shown: RequestCard, t: Translator) -> Words:
    """Say why one gets a card by DM (G8)."""
    department = Typed(shown.desk.department.name) if shown.desk.department else NO_WORDS
    match shown.because:
        case Because.ANSWERS:
            return t("You get this because you answer for {department}.", department=department)
        case Because.NO_DEPARTMENT:
            return t("You get this because no department is set up yet.")
        case Because.NOBODY_THERE:
            return t("You get this because nobody answers for {department} at the moment.", department=department)
        case _:
            return NO_WORDS


def _last_change(request: Request, t: Translator) -> Words:
    by, at = request.requester, request.header.created_at
    if request.answer is not None:
        by, at = request.answer.by, request.answer.at
    return t("last change: {person}, {at}", person=t.person(by), at=t.moment(at))


def _who_sees(request: Request, desk: Desk, t: Translator) -> Words:
    people = _people(desk.told, t)
    if request.account.restricted:
        return t(
            "🔒 Restricted account: besides its own people only {people} and who is named here see this.", people=people
        )
    return _readers(request.visibility, desk, people, t)


def _readers(visibility: Visibility, desk: Desk, people: Words, t: Translator) -> Words:
    match visibility:
        case Visibility.COMPANY:
            return t("Visible to everyone in the company")
        case Visibility.TEAM if desk.department is not None:
            return t("Visible to {department} and the account team", department=Typed(desk.department.name))
        case Visibility.TEAM:
            return t("Visible to {people} and the account team", people=people)
        case _:
            return t("Visible to {people}, KAM, deputy, sponsor and KAM leads", people=people)


def _who_will_see(draft: RequestForm, t: Translator) -> Words:
    """Say before the form is sent where it goes and who sees it."""
    desk, account = draft.desk, draft.account
    people = _people(desk.told, t) if desk else NO_WORDS
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
    readers = _readers(draft.visibility, desk, people, t)
    return joined(
        [where, t("Nothing goes to a channel; {people} get it by direct message.", people=people), readers], " "
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


def _people(people: tuple[Person, ...], t: Translator) -> Words:
    return t.all_of([t.person(member) for member in people])


def _pace(department: Department, pace: Pace, t: Translator) -> Words:
    lead = t.plural(
        "asks for {count} working day: {day} at the earliest",
        "asks for {count} working days: {day} at the earliest",
        pace.lead_days,
        day=t.day(pace.earliest),
    )
    return joined([_answer_time(department, pace.answer, t), lead])


def _answer_time(department: Department, usual: AnswerTime, t: Translator) -> Words:
    name = Typed(department.name)
    if usual.measured:
        return t.plural(
            "{department} usually answers within {count} working hour",
            "{department} usually answers within {count} working hours",
            usual.hours,
            department=name,
        )
    return t.plural(
        "{department} wants to answer within {count} working hour",
        "{department} wants to answer within {count} working hours",
        usual.hours,
        department=name,
    )


def _short_notice(department: Department, warning: ShortNotice, t: Translator) -> Words:
    lead = t.plural("{count} working day", "{count} working days", warning.lead_days)
    return t.plural(
        "⏳ Short notice: that is in {count} working day, {department} asks for {lead} ({day} at the earliest).",
        "⏳ Short notice: that is in {count} working days, {department} asks for {lead} ({day} at the earliest).",
        warning.days,
        department=Typed(department.name),
        lead=lead,
        day=t.day(warning.earliest),
    )


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
