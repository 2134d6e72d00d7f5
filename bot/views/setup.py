"""Setting up: the first steps, and the request to invite Scharnier into a channel."""

from bot.domain.setup import ChannelInvite
from bot.i18n import Translator, Typed, Words
from bot.views.blocks import Message, context, message, section


def invite(told: ChannelInvite, t: Translator) -> Message:
    """Ask whoever answers for a channel to let Scharnier in."""
    channel, owner = _channel(told), Typed(told.owner_name)
    if told.is_external:
        sentence = t(
            "{channel} is shared with another company, so nothing about {owner} is posted there; you get it here. "
            "An admin can choose another channel.",
            channel=channel,
            owner=owner,
        )
    elif told.is_archived:
        sentence = t(
            "{channel} is archived, so messages about {owner} come to you here. An admin can choose another channel.",
            channel=channel,
            owner=owner,
        )
    else:
        sentence = t(
            "I can't post about {owner} in {channel} yet. Please type /invite @Scharnier there; "
            "until then messages come to you here.",
            channel=channel,
            owner=owner,
        )
    return message(sentence, section(sentence), context(t("You get this because you answer for {owner}.", owner=owner)))


def _channel(told: ChannelInvite) -> Words:
    """Name a channel; a private one only Slack can name, to those who are in it."""
    return Words(f"#{told.channel_name or told.channel_id}", f"<#{told.channel_id}>")
