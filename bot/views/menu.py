"""The menu and help: what each verb does, an example of it, and the first steps of an admin."""

from collections.abc import Sequence

from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.menu import SHORT_IDS, VERBS, Help, Menu, Verb
from bot.domain.setup import FirstSteps
from bot.domain.worklists import Worklist
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views.blocks import Block, Message, actions, button, context, divider, message, section
from bot.views.labels import N_

DOES = {
    "log": N_("Log what happened with a customer. Account and text are enough."),
    "request": N_("Ask a department for something on behalf of an account."),
    "escalate": N_("Put a goal conflict that two sides cannot settle before the sponsor."),
    "ask": N_("Ask what is known; every answer names its source."),
    "account": N_("See an account's card; without a name that of this channel's account."),
    "contact": N_("See a person at a customer, or add one; whoever looks after the account edits and judges."),
    "brief": N_("Read before a meeting what we know of an account or contact; with “exec” at the end in eight lines."),
    "map": N_("See an account's units and who faces whom; as a picture, and in a version for the customer."),
    "network": N_("See who answers for what inside; with “who knows” and a name, who of us met them."),
    "requests": N_("List requests: what waits for you first; with a name those of an account."),
    "conflicts": N_("List goal conflicts: what waits for you first; with a name those of an account."),
    "promises": N_("See your promises and their dates; with a name those to an account. Done, moved or new."),
    "todo": N_("See your next steps; with a name those for an account."),
    "favour": N_("Write down a favour given or received; with a name see those of an account or a contact."),
    "demand": N_("Pass a wish on to the KAM, who decides; with only a name see an account's wishes."),
    "duplicates": N_("See which accounts or contacts may be one and the same; merge them, or say that they are two."),
    "sponsor": N_("See who backs you as sponsor, and talk to them; KAM leads see and assign all."),
    "absence": N_("Say when you are away and who stands in for you."),
    "help": N_("See what you can do."),
}
"""What each verb does, in one sentence."""
EXAMPLE = {
    "log": N_("/kam-log Helvetia Pumpen: visited purchasing, they want the delivery date moved forward"),
    "request": N_("/kam-request Production two engineers for the pilot line"),
    "escalate": N_("/kam-escalate Helvetia Pumpen"),
    "ask": N_("/kam-ask delivery date Helvetia Pumpen"),
    "account": N_("/kam account Helvetia Pumpen"),
    "contact": N_("/kam contact Urs Bachofner"),
    "brief": N_("/kam brief Helvetia Pumpen"),
    "map": N_("/kam map Helvetia Pumpen"),
    "network": N_("/kam network who knows Helvetia Pumpen"),
    "requests": N_("/kam requests Helvetia Pumpen"),
    "conflicts": N_("/kam conflicts"),
    "promises": N_("/kam promises Helvetia Pumpen"),
    "todo": N_("/kam todo"),
    "favour": N_("/kam favour Helvetia Pumpen"),
    "demand": N_("/kam demand Helvetia Pumpen: deliveries twice a week"),
    "duplicates": N_("/kam duplicates"),
    "sponsor": N_("/kam sponsor"),
    "absence": N_("/kam absence 1 Dec - 5 Dec @name"),
    "help": N_("/kam help"),
}
"""One line to type for each verb."""


def menu(shown: Menu, t: Translator) -> Message:
    """Show what can be done from here, each with a button; above it an admin's first steps."""
    sentence = t("What would you like to do?")
    steps = [*_first_steps(shown.first_steps, t), divider()] if shown.first_steps else []
    return message(
        sentence,
        *steps,
        section(bold(sentence)),
        actions(
            button(t("Log"), "log.start", style="primary"),
            button(t("Request"), "request.start"),
            button(t("Escalate"), "escalation.start"),
            button(t("Ask"), "menu.ask"),
            button(t("See an account"), "account.which"),
            button(t("Briefing"), "briefing.start"),
        ),
        actions(
            button(t("My requests"), "menu.requests", Worklist(Subject.REQUEST).key),
            button(t("My goal conflicts"), "menu.conflicts", Worklist(Subject.ESCALATION).key),
            button(t("My promises"), "menu.promises", Worklist(Subject.PROMISE).key),
            button(t("My next steps"), "menu.todo", Worklist(Subject.NEXT_STEP).key),
            button(t("Help"), "menu.help"),
        ),
        context(t("You can type all of it as well: /kam help shows the commands.")),
    )


def help_page(shown: Help, t: Translator) -> Message:
    """Say what this person can do, why, and what to type."""
    headline = t("What you can do with Scharnier")
    return message(
        headline,
        section(bold(headline)),
        *[section(_verb(verb, t)) for verb in VERBS],
        section(
            t(
                "After /kam an id shows one object and what you can do with it: {ids}.",
                ids=joined([Typed(f"/kam {example}") for example in SHORT_IDS.values()], ", "),
            )
        ),
        _roles(shown, t),
        context(t("Only you see this.")),
    )


def _verb(verb: Verb, t: Translator) -> Words:
    first = verb.in_language(t.language)
    words = [first, *(word for word in verb.words if word != first)]
    commands = ([verb.command] if verb.command else []) + [f"/kam {word}" for word in words]
    return joined(
        [
            bold(joined([Typed(command) for command in commands])),
            t(DOES[verb.name]),
            t("Example: {line}", line=t(EXAMPLE[verb.name])),
        ],
        "\n",
    )


def _roles(shown: Help, t: Translator) -> Block | None:
    lines = [
        t(
            "You answer the requests to {departments}: accept or decline them on their card.",
            departments=t.all_of([Words(name.plain, name.mrkdwn) for name in map(Typed, shown.departments)]),
        )
        if shown.departments
        else NO_WORDS,
        t(
            "You are KAM or deputy of {accounts}: you hear at once of complaints, risks and competitors, "
            "and you can change its notes after their authors no longer can.",
            accounts=_accounts(shown.kam_of, shown.kam_count, t),
        )
        if shown.kam_count
        else NO_WORDS,
        t(
            "You back {accounts} as sponsor or stand in for the sponsor: goal conflicts come to you by direct message; "
            "acknowledge and decide them there.",
            accounts=_accounts(shown.sponsor_of, shown.sponsor_count, t),
        )
        if shown.sponsor_count
        else NO_WORDS,
        t("You lead the KAMs: you see every account, and you hear of new accounts without a KAM.")
        if shown.is_kam_lead
        else NO_WORDS,
        t("You are an admin: you bring in people, departments and accounts with “scharnier import”.")
        if shown.is_admin
        else NO_WORDS,
    ]
    kept = [line for line in lines if line]
    return section(joined([bold(t("Besides, for you")), *kept], "\n")) if kept else None


def _accounts(named: Sequence[AccountRef], count: int, t: Translator) -> Words:
    names = [Words(name.plain, name.mrkdwn) for name in (Typed(account.name) for account in named)]
    rest = count - len(names)
    return t.all_of([*names, *([t.plural("{count} more", "{count} more", rest)] if rest else [])])


def _first_steps(steps: FirstSteps, t: Translator) -> list[Block]:
    """Tell an admin who reads no manuals what comes next; what is there is ticked."""
    todo = [
        (
            steps.has_kam_lead,
            t("People"),
            t(
                "members.csv: one line a person. Give at least one of them the role kam_lead; that person assigns the KAMs."
            ),
        ),
        (
            steps.has_departments,
            t("Departments"),
            t(
                "departments.csv: one line a department, with its Slack channel and the person who coordinates requests."
            ),
        ),
        (
            steps.has_accounts,
            t("Accounts"),
            t("accounts.csv: one line a customer, with its KAM. More can be created later with the first log."),
        ),
    ]
    lines = [
        joined([Words("✅" if done else f"{at}.", "✅" if done else f"{at}."), bold(title), what], " ")
        for at, (done, title, what) in enumerate(todo, start=1)
    ]
    return [
        section(bold(t("Three steps and your colleagues can start"))),
        section(joined(lines, "\n")),
        section(
            t(
                "Each file is a table saved as CSV; the folder “sample” that came with Scharnier has one of each to copy. "
                "Put yours into one folder and run “scharnier import FOLDER” where Scharnier runs; "
                "with “--dry-run” it only checks them. You can repeat it as often as you like."
            )
        ),
    ]
