"""Notices: what people hear of messages that did not arrive, arrived late, or may have arrived twice."""

from bot.domain.delivery import Outage, Undelivered
from bot.i18n import Translator, Typed, Words, bold
from bot.views.blocks import Message, context, message, section


def undelivered(told: Undelivered, t: Translator) -> Message:
    """Tell admins that a message reached nobody: about what and for whom, never its content."""
    to = t.person(told.person) if told.person else Words(f"#{told.channel_id}", f"<#{told.channel_id}>")
    if told.what:
        sentence = t("A message about {id} could not be delivered to {to}.", id=Typed(told.what), to=to)
    else:
        sentence = t("A message could not be delivered to {to}.", to=to)
    return message(
        sentence,
        section(bold(sentence)),
        section(
            t(
                "Reason: {cause}. It is kept; an operator finds it with {command}.",
                cause=Typed(told.cause),
                command=_COMMAND,
            )
        ),
        context(_as_admin(t)),
    )


def in_plain_text(_workspace: str, t: Translator) -> Message:
    """Tell admins that Slack refused how a message looked."""
    sentence = t("Slack refused how a message looked, so it was told in one plain sentence.")
    return message(
        sentence,
        section(bold(sentence)),
        section(t("This is a fault of Scharnier. The log names the rows; nothing was lost.")),
        context(_as_admin(t)),
    )


def outage(told: Outage, t: Translator) -> Message:
    """Tell admins that messages are late because Slack was away."""
    sentence = t("Slack did not answer from {since} on, so messages came late.", since=t.moment(told.since))
    return message(
        sentence, section(bold(sentence)), section(t("Everything was saved and is told now.")), context(_as_admin(t))
    )


def marked(shown: Message, t: Translator) -> Message:
    """Say above a message that it may stand there already."""
    line = message(
        t("Possibly a repeat"), context(t("Possibly a repeat: Slack did not say whether this arrived before."))
    )
    return {"text": shown["text"], "blocks": [*line["blocks"], *shown["blocks"][:49]]}


_COMMAND = Words("scharnier outbox list", "`scharnier outbox list`")


def _as_admin(t: Translator) -> Words:
    return t("You get this because you are an admin.")
