"""Demands: what was passed on, the card of whoever decides, the forms of a decision, and what the asker hears."""

from collections.abc import Mapping

from bot.domain.access import Visibility
from bot.domain.commitments import LONGEST as STEP
from bot.domain.demands import (
    GAP,
    LONGEST,
    Deed,
    Demand,
    DemandForm,
    DemandNews,
    DemandShown,
    DemandsListed,
    Pressed,
    Source,
    State,
)
from bot.domain.worklists import FILTERS, Filter, Scope, Worklist
from bot.domain.worklists import Shown as Filtered
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import blocks, labels
from bot.views.blocks import (
    Block,
    Choice,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    cut,
    facts,
    field,
    message,
    modal,
    overflow,
    quote,
    radio,
    search,
    section,
    select,
)
from bot.views.labels import N_, label

_TEXT = 100
_NAME = 30
_WISH = 300
"""Characters of a wish in a form and in the prefilled answer."""
_SOURCE: Mapping[str, str] = {Source.CUSTOMER: N_("The customer"), Source.OURS: N_("Somebody of us")}
_STATE: Mapping[str, str] = {
    State.OPEN: N_("🟡 waits for a decision"),
    State.LATER: N_("⏳ later"),
    State.TAKEN: N_("🟢 is being done"),
    State.DONE: N_("✅ done"),
    State.DECLINED: N_("⚪ not this time"),
    State.WITHDRAWN: N_("↩️ withdrawn"),
}
_FILTER: Mapping[Filtered, str] = {
    Filter.UNDER_WAY: N_("Still open"),
    Filter.WAITING: N_("Waiting for me"),
    Filter.CLOSED: N_("Decided"),
}
_EMPTY: Mapping[Filtered, str] = {
    Filter.UNDER_WAY: N_("No demand is open here."),
    Filter.WAITING: N_("No demand waits for you here."),
    Filter.CLOSED: N_("No demand is decided here yet."),
}


def answered(done: DemandShown | DemandsListed, t: Translator) -> Message:
    """Answer ``/kam demand``: what was passed on, or an account's list."""
    return listed(done, t) if isinstance(done, DemandsListed) else card(done, t)


def listed(done: DemandsListed, t: Translator) -> Message:
    """Show a page of demands with its filters."""
    asked, found = done.asked, done.found
    headline = (
        t("Demands of {account}", account=Typed(cut(done.account.name, 120)))
        if done.account
        else t("Demands that reach you or that you passed on")
    )
    count = t.plural("{count} demand", "{count} demands", found.total) if found.total else NO_WORDS
    return message(
        joined([headline, count], ": "),
        section(joined([bold(headline), count], "\n")),
        actions(
            button(t("New"), "demand.new", asked.key),
            button(t("Mine"), "worklist.mine", Worklist(asked.subject).key) if asked.scope is not Scope.MINE else None,
            search("demands.account", t("An account's …")),
            select(
                [(asked.showing(shown).key, t(_FILTER[shown])) for shown in FILTERS[asked.subject]],
                asked.showing(asked.shown).key,
                action_id="worklist.filter",
            ),
        ),
        *(_line(one, done, t) for one in found.demands),
        section(t(_EMPTY[asked.shown])) if not found.demands else None,
        actions(
            button(t("Back"), "worklist.back", asked.turned(-1).key) if asked.page else None,
            button(t("More"), "worklist.more", asked.turned(1).key) if asked.page + 1 < done.pages else None,
        ),
        context(
            t("Page {page} of {pages}", page=asked.page + 1, pages=done.pages) if done.pages > 1 else NO_WORDS,
            t("Only you see this."),
        ),
    )


def card(shown: DemandShown, t: Translator) -> Message:
    """Show one demand: whose wish it is, what became of it, and what its reader can do."""
    one = shown.demand
    sign, _, word = label(t, _STATE, one.state).plain.partition(" ")
    title = t("Passed on") if shown.is_new else t("Demand")
    account = _account(one)
    headline = joined([joined([Words(sign, sign), bold(title)], " "), account])
    return message(
        _notification(shown, title, t),
        section(headline),
        quote(Typed(one.text)),
        facts(
            [
                (t("Whose wish"), _whose(one, t)),
                (t("Passed on by"), t.person(one.author)),
                (t("Status"), Words(word, word)),
                (t("Who decides"), _decider(shown, t)),
                (t("Who cares for it"), t.person(one.owner) if one.owner else NO_WORDS),
                (t("Comes back"), t.day(one.later_on) if one.state is State.LATER and one.later_on else NO_WORDS),
            ]
        ),
        *_answer(one, t),
        section(_disappointed(one, t)) if shown.may(Deed.FOLLOWED_UP) else None,
        _buttons(shown, t),
        context(_why(shown, t), t("Visible to: {who}", who=label(t, labels.VISIBILITY, one.visibility))),
    )


def news(told: DemandNews, t: Translator) -> Message:
    """Tell who passed a demand on what became of it."""
    one, account = told.demand, _account(told.demand)
    person = t.person(told.by) if told.by else t("Somebody")
    hidden = t("a restricted account") if one.account.restricted else account

    def said(name: Words | Typed) -> Words:
        match told.action:
            case "taken" if one.owner is not None:
                return t("Demand, {account}: {owner} sees to it", owner=t.person(one.owner), account=name)
            case "later" if one.later_on is not None:
                return t(
                    "Demand, {account}: {person} looks at it again on {day}",
                    person=person,
                    account=name,
                    day=t.day(one.later_on),
                )
            case "declined":
                return t("Demand, {account}: {person} answers you", person=person, account=name)
            case "done":
                return t("Demand, {account}: {person} has done it", person=person, account=name)
            case "back":
                return t(
                    "Demand, {account}: {person} took the step back, so it is decided anew", person=person, account=name
                )
            case _:
                return t("Demand, {account}: {person} changed it", person=person, account=name)

    answer = one.answer if told.action == "declined" else None
    return message(
        said(hidden),
        section(bold(said(account))),
        quote(Typed(answer or one.text)),
        section(joined([bold(t("You had passed on")), Typed(cut(one.text, _WISH))], ": ")) if answer else None,
        context(t("You get this because you passed it on.")),
    )


def form(shown: DemandForm, t: Translator) -> View:
    """Ask for a new demand, or for what a decision on one needs."""
    return _new(shown, t) if shown.demand is None else _decision(shown, shown.demand, t)


def answer_of(one: Demand, t: Translator) -> Words:
    """Prefill the answer to who asked: thanks, the reason, what is possible instead, who cares (reference, section 7)."""
    return t(
        "Thank you for passing this on: “{wish}”. We can't do it at present, because {gap}. "
        "What we can do instead: {gap}. {gap} looks after it and is glad to talk about it.",
        wish=Words(cut(one.text, _WISH), ""),
        gap=Words(GAP, GAP),
    )


def _new(shown: DemandForm, t: Translator) -> View:
    account = shown.account
    return modal(
        "demand",
        t("Pass on a demand"),
        field(
            "account",
            t("Account"),
            search("demand.find", t("Choose an account"), (str(account.id), Typed(account.name)) if account else None),
            asks_at_once=True,
        ),
        field(
            "text",
            t("What is wished?"),
            blocks.text_input(
                shown.text, many_lines=True, example=t("e.g. Deliveries twice a week instead of once"), most=LONGEST
            ),
            t("The KAM reads it and decides: do, later, or not this time."),
        ),
        field("source", t("Whose wish is it?"), radio(labels.choices(t, _SOURCE), Source.CUSTOMER)),
        field(
            f"contact~{account.id}",
            t("Contact"),
            search("contact.find", t("Choose a contact")),
            t("Who at the customer wishes it."),
            optional=True,
        )
        if account
        else None,
        field(
            "visibility",
            t("Who may see it"),
            select(
                labels.choices(t, labels.VISIBILITY, [Visibility.COMPANY, Visibility.TEAM, Visibility.LEADERSHIP]),
                Visibility.COMPANY,
            ),
        ),
        submit=t("Pass on"),
        close=t("Cancel"),
        metadata={"draft": shown.draft_id, "account": account.id if account else None},
    )


def _decision(shown: DemandForm, one: Demand, t: Translator) -> View:
    match shown.deed:
        case Deed.DO:
            title, submit = t("Do it"), t("Do it")
            fields = [
                field("text", t("Next step"), blocks.text_input(cut(one.text, STEP), many_lines=True, most=STEP)),
                field(
                    "owner",
                    t("Who does it?"),
                    blocks.person(shown.me, t("Choose a colleague")),
                    t("It becomes a next step of theirs; they hear of it at once."),
                ),
                field("on", t("By when?"), blocks.day(), optional=True),
            ]
        case Deed.LATER:
            title, submit = t("Look at it later"), t("Later")
            fields = [field("on", t("When?"), blocks.day(), t("It comes back to you in the morning of that day."))]
        case _:
            title, submit = t("Not this time"), t("Send")
            fields = [
                field(
                    "reason",
                    t("Reason"),
                    select(labels.choices(t, labels.DECLINE_REASON), placeholder=t("Choose a reason")),
                    t("For your records; what you write below is what {person} reads.", person=t.person(one.author)),
                ),
                field(
                    "text",
                    t("Your answer"),
                    blocks.text_input(answer_of(one, t).plain, many_lines=True, most=LONGEST),
                    t(
                        "Please fill in what stands as {gap}: why not now, what is possible instead, who cares.",
                        gap=Words(GAP, GAP),
                    ),
                ),
                field("owner", t("Who cares for it?"), blocks.person(shown.me, t("Choose a colleague"))),
                field(
                    "on",
                    t("Ask how it goes on"),
                    blocks.day(shown.follow_up_on),
                    t("You are reminded to ask whoever is disappointed."),
                    optional=True,
                ),
            ]
    return modal(
        "demand.decide",
        title,
        section(joined([bold(_account(one)), Typed(cut(one.text, _WISH))], "\n")),
        *fields,
        submit=submit,
        close=t("Cancel"),
        metadata={"draft": shown.draft_id},
    )


def _line(one: Demand, done: DemandsListed, t: Translator) -> Block:
    sign, _, word = label(t, _STATE, one.state).plain.partition(" ")
    day = t.day(one.later_on) if one.state is State.LATER and one.later_on else NO_WORDS
    first = joined([Words(sign, sign), bold(Typed(cut(one.text, _TEXT)))], " ")
    second = joined(
        [
            joined([Words(word, word), day], " "),
            Typed(cut(one.account.name, _NAME)),
            _whose(one, t),
            t("passed on by {person}", person=Typed(cut(one.author.name, _NAME))),
            t("{person} cares for it", person=Typed(cut(one.owner.name, _NAME))) if one.owner else NO_WORDS,
        ]
    )
    deeds = [deed for deed in Deed if one.may(deed, done.viewer, stands_in=one.id in done.acts_for)]
    return section(joined([first, second], "\n"), _menu(one, deeds, done.asked, t))


def _menu(one: Demand, deeds: list[Deed], asked: Worklist | None, t: Translator) -> Element | None:
    choices: list[Choice] = [(Pressed(deed, one.id, one.version, asked).key, t(_DEED[deed])) for deed in deeds]
    if len(deeds) == 1:
        # Slack takes no menu of one entry.
        return button(t(_DEED[deeds[0]]), f"demand.{deeds[0]}", choices[0][0])
    return overflow("demand.menu", choices) if choices else None


_DEED: Mapping[Deed, str] = {
    Deed.DO: N_("Do it"),
    Deed.LATER: N_("Later"),
    Deed.DECLINE: N_("Not this time"),
    Deed.WITHDRAW: N_("Withdraw"),
    Deed.FOLLOWED_UP: N_("I asked how it goes"),
}


def _buttons(shown: DemandShown, t: Translator) -> Block | None:
    one = shown.demand
    may = {deed for deed in Deed if shown.may(deed)}

    def press(deed: Deed, words: Words, *, first: bool = False) -> Element | None:
        if deed not in may:
            return None
        key = Pressed(deed, one.id, one.version).key
        return button(words, f"demand.{deed}", key, style="primary" if first else None)

    return actions(
        press(Deed.DO, t("Do it"), first=True),
        press(Deed.LATER, t("Later")),
        press(Deed.DECLINE, t("Not this time")),
        press(Deed.FOLLOWED_UP, t("I asked how it goes"), first=True),
        # Whoever decides about their own wish declines it.
        press(Deed.WITHDRAW, t("Withdraw")) if Deed.DECLINE not in may else None,
    )


def _answer(one: Demand, t: Translator) -> list[Block]:
    if one.state is not State.DECLINED or not one.answer:
        return []
    return [section(bold(t("The answer"))), quote(Typed(one.answer))]


def _disappointed(one: Demand, t: Translator) -> Words:
    whom = Typed(one.contact.name) if one.contact else t.person(one.author)
    if one.follow_up_on is None:
        return NO_WORDS
    return t("Ask {person} how it goes since: noted for {day}.", person=whom, day=t.day(one.follow_up_on))


def _whose(one: Demand, t: Translator) -> Words:
    return joined([Typed(cut(one.contact.name, _NAME))]) if one.contact else label(t, _SOURCE, one.source)


def _decider(shown: DemandShown, t: Translator) -> Words:
    kam = shown.demand.kam
    if kam is None:
        return _leads(shown, t)
    if shown.acting is None:
        return t.person(kam)
    return t("{person}, standing in for {other}", person=t.person(shown.acting), other=t.person(kam))


def _leads(shown: DemandShown, t: Translator) -> Words:
    if shown.leads:
        return t("the KAM leads: the account has no KAM yet")
    return t("nobody yet: the account has no KAM, and there are no KAM leads")


def _why(shown: DemandShown, t: Translator) -> Words:
    one = shown.demand
    if one.account.id in shown.viewer.kam_of:
        return t("You see this because you are KAM or deputy of the account.")
    if shown.stands_in and one.kam is not None:
        return t("You see this because you stand in for {person}.", person=t.person(one.kam))
    if shown.viewer.member_id == one.author.id:
        return t("You see this because you passed it on.")
    if one.owner is not None and shown.viewer.member_id == one.owner.id:
        return t("You see this because you care for it.")
    return t("You see this because you lead the KAMs.") if shown.viewer.is_kam_lead else NO_WORDS


def _account(one: Demand) -> Words:
    lock = Words("🔒", "🔒") if one.account.restricted else NO_WORDS
    return joined([lock, Typed(one.account.name)], " ")


def _notification(shown: DemandShown, title: Words, t: Translator) -> Words:
    one = shown.demand
    if one.account.restricted:
        return t("{what}: a restricted account", what=title)
    return t("{what}, {account}: {text}", what=title, account=_account(one), text=Typed(cut(one.text, _TEXT)))
