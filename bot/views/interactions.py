"""Interactions: the answer to a log, the form, the channel's line, the KAM's notice."""

from bot.domain.accounts import OFFERED
from bot.domain.interactions import (
    AccountUnclear,
    Alert,
    ChannelLine,
    Interaction,
    InteractionLogged,
    InteractionShown,
    InteractionWithdrawn,
    LogForm,
)
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import (
    Block,
    Confirm,
    Message,
    View,
    actions,
    button,
    checkboxes,
    context,
    cut,
    day,
    day_and_time,
    facts,
    field,
    message,
    modal,
    multi_search,
    people,
    person,
    quote,
    radio,
    search,
    section,
    select,
    text_input,
)
from bot.views.labels import choices, label

LINE = 140
"""Characters of a note in the channel's line (product, section 7)."""
_MOST_LINES = 40


def logged(done: InteractionLogged, t: Translator) -> Message:
    """Answer a log with what was stored, with Edit and Undo."""
    interaction = done.interaction
    account = Typed(interaction.account.name)
    if done.new_account:
        headline = t("{account} is new and {id} is logged", account=account, id=Typed(interaction.short_id))
    elif done.edited:
        headline = t("{id} at {account} is changed", account=account, id=Typed(interaction.short_id))
    else:
        headline = t("Logged at {account} as {id}", account=account, id=Typed(interaction.short_id))
    return message(
        headline,
        section(bold(headline)),
        section(t("The name was not exact: if you meant another account, press Edit.")) if done.guessed_account else None,
        quote(Typed(interaction.text)),
        facts(_details(interaction, t)),
        context(_who_sees(interaction, t), _where_told(done, t), _kam(done, t)),
        _regret(interaction, t) if done.may_edit else None,
    )


def shown(done: InteractionShown, t: Translator) -> Message:
    """Show one interaction with what its reader may do."""
    interaction = done.interaction
    headline = t(
        "{id} · {kind} at {account}",
        id=Typed(interaction.short_id),
        kind=label(t, labels.KIND, interaction.kind),
        account=Typed(interaction.account.name),
    )
    taken_back = t("Withdrawn: only you and the audit still see it.") if interaction.withdrawn_at else NO_WORDS
    return message(
        headline,
        section(bold(headline)),
        quote(Typed(interaction.text)),
        facts(_details(interaction, t)),
        context(
            t("{author}, {day}", author=t.person(interaction.author), day=t.local_day(interaction.occurred_at)),
            taken_back or _who_sees(interaction, t),
        ),
        _regret(interaction, t) if done.may_edit else None,
    )


def withdrawn(done: InteractionWithdrawn, t: Translator) -> Message:
    """Answer Undo."""
    sentence = t(
        "{id} at {account} is withdrawn. Nobody else sees it any more.",
        id=Typed(done.interaction.short_id),
        account=Typed(done.interaction.account.name),
    )
    return message(sentence, section(sentence), quote(Typed(done.interaction.text)))


def account_unclear(done: AccountUnclear, t: Translator) -> Message:
    """Ask which account a kept note belongs to: the closest ones, a new one, or the form."""
    if done.wanted:
        asked = t("I don't know an account called {name}. Which one is it?", name=Typed(done.wanted))
    else:
        asked = t("Which account is this about?")
    picks = [
        button(Typed(account.name), f"log.pick{place}", f"{done.draft_id}:{account.id}")
        for place, account in enumerate(done.matches[:OFFERED])
    ]
    new = button(t("New account"), "log.new", done.draft_id) if done.wanted else None
    return message(
        asked,
        section(asked),
        quote(Typed(done.text)),
        actions(*picks),
        actions(new, button(t("Choose in the form"), "log.open", done.draft_id)),
        context(t("Your text is kept until you choose.")),
    )


def form(draft: LogForm, t: Translator) -> View:
    """Build the modal: account and text are enough, the rest has defaults."""
    old = draft.interaction
    account = draft.account
    return modal(
        "log",
        t("Log interaction"),
        field(
            "account",
            t("Account"),
            search("account.find", t("Search an account"), (str(account.id), Typed(account.name)) if account else None),
            asks_at_once=True,
        ),
        field(
            "text",
            t("What happened?"),
            text_input(
                old.text if old else draft.text,
                many_lines=True,
                example=t("Visited purchasing, they want the delivery date moved forward"),
            ),
        ),
        # The search depends on the account, so the field appears, empty, once that is chosen.
        field(
            f"contacts~{account.id}",
            t("Who was there from the account?"),
            multi_search(
                "contact.find",
                t("Search a contact"),
                [(str(contact.id), Typed(contact.name)) for contact in draft.contacts],
            ),
            optional=True,
        )
        if account
        else None,
        field("kind", t("How did you meet?"), select(choices(t, labels.KIND), old.kind if old else "other")),
        field(
            "category",
            t("What does it tell us?"),
            select(choices(t, labels.CATEGORY), old.category if old else None, t("Need, satisfaction, idea …")),
            optional=True,
        ),
        field(
            "occurred_at",
            t("When?"),
            day_and_time(old.occurred_at if old else t.now),
            t("A time in the future means it is planned."),
        ),
        field(
            "visibility",
            t("Who may read it?"),
            select(choices(t, labels.VISIBILITY), old.visibility if old else "company"),
        ),
        *(_more(old, t) if draft.more else [actions(button(t("More"), "log.more"))]),
        submit=t("Save"),
        close=t("Cancel"),
        metadata={
            "draft": draft.draft_id,
            "interaction": old.id if old else None,
            "version": old.version if old else None,
            "account": account.id if account else None,
            "more": 1 if draft.more else None,
        },
    )


def channel_line(line: ChannelLine, t: Translator) -> Message:
    """Tell the account's channel: author, kind, category and the first words; no contact, no satisfaction."""
    lines = [_line(interaction, t) for interaction in line.interactions[:_MOST_LINES]]
    return message(lines[0] if len(lines) == 1 else joined(lines, "\n"), *[section(words) for words in lines])


def alert(told: Alert, t: Translator) -> Message:
    """Tell the KAM at once of what may need them."""
    interaction = told.interaction
    if interaction is None or interaction.withdrawn_at is not None:
        sentence = t("This note was withdrawn by its author.")
        return message(sentence, section(sentence))
    sentence = t(
        "{author} logged something at {account} that may need you: {why}",
        author=t.person(interaction.author),
        account=Typed(interaction.account.name),
        why=_why(interaction, t),
    )
    return message(
        sentence,
        section(sentence),
        quote(Typed(interaction.text)),
        facts(_details(interaction, t)),
        context(
            Words(interaction.short_id, interaction.short_id),
            t("You get this at once because you answer for {account}.", account=Typed(interaction.account.name)),
        ),
    )


def _line(interaction: Interaction, t: Translator) -> Words:
    kind = label(t, labels.KIND, interaction.kind)
    category = label(t, labels.CATEGORY, interaction.category)
    what = t("{kind} ({category})", kind=kind, category=category) if category else kind
    # A line break in a note must not start a line that looks like ours.
    first_words = Typed(cut(" ".join(interaction.text.split()), LINE))
    sentence = t(
        "{author} logged at {account} · {what}: {text} · {id}",
        author=t.person(interaction.author),
        account=Typed(interaction.account.name),
        what=what,
        text=first_words,
        id=Typed(interaction.short_id),
    )
    return Words(f"🗒 {sentence.plain}", f"🗒 {sentence.mrkdwn}")


def _details(interaction: Interaction, t: Translator) -> list[tuple[Words, Words]]:
    step, promise = interaction.next_step, interaction.promise
    people_there = [Words(name.plain, name.mrkdwn) for name in (Typed(contact.name) for contact in interaction.contacts)]
    ours = [t.person(participant) for participant in interaction.participants]
    return [
        (t("Kind"), joined([label(t, labels.KIND, interaction.kind), label(t, labels.CATEGORY, interaction.category)])),
        (t("When"), t.moment(interaction.occurred_at)),
        (t("Who was there"), joined([*people_there, *ours], ", ")),
        (
            t("Satisfaction"),
            joined(
                [
                    label(t, labels.SATISFACTION, interaction.satisfaction),
                    label(t, labels.SOURCE, interaction.satisfaction_source),
                ],
                ", ",
            ),
        ),
        (
            t("Next step"),
            joined(
                [Typed(step.text), t.person(step.owner) if step.owner else NO_WORDS, t.day(step.due_on) if step.due_on else NO_WORDS],
                ", ",
            )
            if step
            else NO_WORDS,
        ),
        (t("Promised"), joined([Typed(promise.text), t.day(promise.due_on)], ", ") if promise else NO_WORDS),
        (t("Favour"), label(t, labels.FAVOUR, interaction.favour)),
        (t("Tags"), joined([label(t, labels.TAG, tag) for tag in interaction.tags], ", ")),
    ]


def _who_sees(interaction: Interaction, t: Translator) -> Words:
    if interaction.account.restricted:
        return t("🔒 Restricted account: only its own people see this.")
    return t("Visible to: {who}", who=label(t, labels.VISIBILITY, interaction.visibility))


def _where_told(done: InteractionLogged, t: Translator) -> Words:
    return t("a line goes to the account's channel") if done.line_goes_to else NO_WORDS


def _kam(done: InteractionLogged, t: Translator) -> Words:
    return t("KAM: {name}", name=t.person(done.kam)) if done.kam else t("no KAM yet")


def _why(interaction: Interaction, t: Translator) -> Words:
    reasons = [
        label(t, labels.CATEGORY, interaction.category) if interaction.category in {"risk", "competitor"} else NO_WORDS,
        label(t, labels.TAG, "complaint") if "complaint" in interaction.tags else NO_WORDS,
        label(t, labels.SATISFACTION, interaction.satisfaction) if (interaction.satisfaction or 9) <= 2 else NO_WORDS,
    ]
    return joined(reasons, ", ")


def _regret(interaction: Interaction, t: Translator) -> Block | None:
    return actions(
        button(t("Edit"), "log.edit", interaction.id),
        button(
            t("Undo"),
            "log.undo",
            interaction.id,
            confirm=Confirm(
                t("Withdraw this note?"),
                t("It leaves search, the channel and everybody's view. You still find it with its id."),
                t("Withdraw"),
                t("Keep"),
            ),
        ),
    )


def _more(old: Interaction | None, t: Translator) -> list[Block]:
    promise, step = (old.promise, old.next_step) if old else (None, None)
    return [
        field(
            "participants",
            t("Who was there from us?"),
            people([member.id for member in old.participants] if old else []),
            optional=True,
        ),
        field(
            "tags",
            t("Also"),
            checkboxes(choices(t, labels.TAG), list(old.tags) if old else []),
            optional=True,
        ),
        field(
            "satisfaction",
            t("How satisfied are they?"),
            select(choices(t, labels.SATISFACTION), str(old.satisfaction) if old and old.satisfaction else None),
            optional=True,
        ),
        field(
            "satisfaction_source",
            t("Whose words are these?"),
            radio(choices(t, labels.SOURCE), old.satisfaction_source if old else None),
            t("Our impression and the customer's words are never counted together."),
            optional=True,
        ),
        field(
            "favour",
            t("Favour given"),
            select(choices(t, labels.FAVOUR), old.favour if old else None),
            optional=True,
        ),
        field("next_step", t("Next step"), text_input(step.text if step else "", most=300), optional=True),
        field(
            "next_step_owner", t("Who does it?"), person(step.owner.id if step and step.owner else None), optional=True
        ),
        field("next_step_due", t("Until when?"), day(step.due_on if step else None), optional=True),
        field(
            "promise",
            t("Promise to the customer"),
            text_input(promise.text if promise else "", most=300, example=t("Two sample parts")),
            optional=True,
        ),
        field("promise_due", t("Promised for"), day(promise.due_on if promise else None), optional=True),
    ]
