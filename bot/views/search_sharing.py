"""Search sharing: the form, who will read it, and the message in the channel."""

from collections.abc import Mapping

from bot.domain.search import Answer
from bot.domain.search_sharing import SORTS, Audience, NotShared, Shared, ShareForm, SharePreview
from bot.domain.setup import member_number
from bot.i18n import Translator, Typed, Words, bold
from bot.views.blocks import (
    Message,
    View,
    channel,
    context,
    cut,
    field,
    message,
    modal,
    radio,
    section,
)
from bot.views.labels import N_
from bot.views.search_hits import hit, value_of

_OPTION = 75
_LEAD = 60


def form(done: ShareForm, t: Translator) -> View:
    """Ask which answer goes where."""
    choices = [(value_of(one), _choice(one)) for one in done.answers]
    kept_back = t.plural(
        "{count} answer is not offered: only some people may read it.",
        "{count} answers are not offered: only some people may read them.",
        done.kept_back,
    )
    return modal(
        "ask.share",
        t("Share an answer"),
        field("answer", t("What to share"), radio(choices, choices[0][0])),
        field(
            "channel",
            t("Channel"),
            channel(done.channel_id),
            hint=t("Next you see who will read it. Channels with other companies are left out."),
        ),
        context(kept_back) if done.kept_back else None,
        submit=t("Next"),
        close=t("Cancel"),
    )


def _choice(answer: Answer) -> Typed:
    lead = " · ".join(part for part in (answer.short_id or "", answer.account.name) if part)
    words = " ".join((answer.text or answer.heading).split())
    said = f"{cut(lead, _LEAD)}: {words}" if words else lead
    return Typed(said if len(said) <= _OPTION else cut(said, _OPTION - 1).removesuffix("…") + " …")


def preview(done: SharePreview, t: Translator) -> View:
    """Show who will read it before anything is posted."""
    where = Words(f"#{done.channel_name or done.channel_id}", f"<#{done.channel_id}>")
    unknown = done.audience is Audience.UNKNOWN
    return modal(
        "ask.share_now",
        t("Who will read it"),
        section(bold(t(_AUDIENCE[done.audience], channel=where))),
        section(t(_UNKNOWN)) if unknown else None,
        *hit(done.answer, t),
        context(t("It is posted with your name and its source.")),
        submit=t("Share"),
        close=t("Back"),
        metadata={
            "sort": SORTS.index(done.answer.about.subject),
            "object": done.answer.about.id,
            "channel": member_number(done.channel_id),
        },
    )


_AUDIENCE: Mapping[Audience, str] = {
    Audience.COMPANY: N_("{channel} is public: everyone in the company can read it there."),
    Audience.MEMBERS: N_("{channel} is private: its members will read it, those who join later, too."),
    Audience.UNKNOWN: N_("Scharnier does not know who is in {channel}."),
}
_UNKNOWN = N_(
    "This answer is one that everyone in the company may read. If the channel is private, invite Scharnier there with "
    "/invite first: without it nothing is posted. The same if people of other companies are in it. You hear of either."
)


def shared(told: Shared, t: Translator) -> Message:
    """Show an answer in a channel, with who shared it."""
    headline = t(
        "{person} shares what is known about {account}",
        person=t.person(told.by),
        account=Typed(told.answer.account.name),
    )
    return message(
        headline,
        section(bold(headline)),
        *hit(told.answer, t),
        context(t("Visible to everyone who can read this channel. What is known is found with /kam-ask.")),
    )


def not_shared(told: NotShared, t: Translator) -> Message:
    """Tell whoever shared it why the channel has it not, and what helps."""
    where = Words(f"#{told.channel_id}", f"<#{told.channel_id}>")
    sentence = t(
        "Your answer about {account} is not in {channel}.", account=Typed(told.answer.account.name), channel=where
    )
    if told.is_external:
        why = t("People of other companies are in this channel, so nothing is posted there.")
    else:
        why = t("Scharnier cannot post there. Invite it with /invite, then share the answer again.")
    return message(sentence, section(bold(sentence)), section(why), *hit(told.answer, t))
