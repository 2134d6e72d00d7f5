"""Account sections: the parts of the card that judge or warn: flags, relationship, satisfaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from math import floor

from bot.domain.account_cards import AccountCard
from bot.domain.account_flags import Flag, RedFlag
from bot.domain.account_shape import Carried, Rating, Standing
from bot.domain.members import Person
from bot.domain.satisfaction import SINGLE, Picture, Trend
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import Block, bars, cut, facts, section
from bot.views.labels import N_, label

_NAME = 60
_REASON = 160
_TREND = {
    Trend.UP: N_("↗ better than the half-year before"),
    Trend.STEADY: N_("→ as in the half-year before"),
    Trend.DOWN: N_("↘ worse than the half-year before"),
}
_SCALE = ("1", "2", "3", "4", "5")


def flags(found: AccountCard, t: Translator) -> Block | None:
    """Say what is missing, and for each what to do next."""
    lines = [_SAID[flag.flag](flag, t) for flag in found.flags]
    return section(joined([Words(f"🚩 {line.plain}", f"🚩 {line.mrkdwn}") for line in lines], "\n")) if lines else None


def relationship(found: AccountCard, t: Translator) -> Block | None:
    """Say where the relationship stands, how it is covered, and who carries it."""
    account = found.account
    rhythm = account.jour_fixe_weeks
    lines = [
        _standing(found.standing, t),
        _quoted(found.standing.reason, t) if found.standing.reason else NO_WORDS,
        *(_ratings(tuple(alike), t) for _, alike in groupby(found.ratings or (), _at_once)),
        joined(
            [
                label(t, labels.COVERAGE, account.coverage),
                t.plural("jour fixe every week", "jour fixe every {count} weeks", rhythm) if rhythm else NO_WORDS,
            ]
        ),
        _carried(found.carried, t),
    ]
    said = [line for line in lines if line.plain]
    return section(joined([bold(t("Relationship")), *said], "\n")) if said else None


def satisfaction(found: AccountCard, t: Translator) -> list[Block | None]:
    """Say what both sources say, each apart and in words, and draw those with enough values."""
    sources = {"ours": found.impressions, "customer": found.customer_words}
    drawn = [(label(t, labels.SOURCE, key), one.spread) for key, one in sources.items() if one.count >= SINGLE]
    title = t("Satisfaction: how often, within a year")
    if any(one.is_cut for one in sources.values()):
        title = t("Satisfaction: how often, the newest values")
    return [
        facts([(label(t, labels.SOURCE, key), picture(one, t)) for key, one in sources.items()]),
        bars(title, [label(t, labels.SATISFACTION, key) for key in _SCALE], drawn) if drawn else None,
    ]


def _standing(standing: Standing, t: Translator) -> Words:
    stage = label(t, labels.STAGE, standing.stage)
    if standing.stage is not None and standing.desired not in {None, standing.stage}:
        stage = t("{stage}, {desired} is wanted", stage=stage, desired=label(t, labels.STAGE, standing.desired))
    said = joined([stage, t("❗ at risk") if standing.is_at_risk else NO_WORDS])
    if not said:
        return NO_WORDS
    return joined([said, t("since {day}", day=t.local_day(standing.at)) if standing.at else NO_WORDS])


def _at_once(rating: Rating) -> tuple[datetime, Person, str]:
    return rating.at, rating.by, rating.reason


def _ratings(alike: Sequence[Rating], t: Translator) -> Words:
    """Say what was rated in one go: when, by whom and why once."""
    values = [
        t(
            "{measure}: {value}",
            measure=label(t, labels.MEASURE, one.measure),
            value=label(t, labels.RATING[one.measure], one.value),
        )
        for one in alike
    ]
    at, by, reason = _at_once(alike[0])
    return joined(
        [
            t(
                "{rated} ({name}, {day})",
                rated=joined(values, "; "),
                name=Typed(cut(by.name, _NAME)),
                day=t.local_day(at),
            ),
            t("still right? Please rate again.") if alike[0].is_stale(t.now) else NO_WORDS,
            _quoted(reason, t),
        ]
    )


def _quoted(text: str, t: Translator) -> Words:
    """Show a person's words in a line of ours, so that they cannot be taken for ours."""
    return t("“{text}”", text=Typed(cut(text, _REASON)))


def _carried(carried: Carried | None, t: Translator) -> Words:
    if carried is None:
        return NO_WORDS
    counted = t.plural("{count} interaction", "{count} interactions", carried.interactions)
    pairs = t.plural("{count} pair", "{count} pairs", carried.pairs)
    said = {"shape": label(t, labels.SHAPE, carried.shape), "interactions": counted, "pairs": pairs}
    if carried.is_cut:
        return t("{shape} (the newest of 180 days: {interactions}, {pairs})", **said)
    return t("{shape} ({interactions} in 180 days, {pairs})", **said)


def picture(picture: Picture, t: Translator) -> Words:
    """Say what the values say, in words and figures: few of them one by one (reference data, section 6)."""
    if not picture.count:
        return t("no value within a year")
    if picture.middle is None:
        return joined(
            [
                t(
                    "{value} ({day})",
                    value=label(t, labels.SATISFACTION, single.value),
                    day=t.local_day(single.at),
                )
                for single in picture.single
            ],
            ", ",
        )
    figure = joined([t.number(round(picture.middle, 1)), label(t, labels.MOOD, floor(picture.middle + 0.5))])
    if picture.is_average:
        said = average(picture, figure, t)
    else:
        said = t.plural(
            "{figure}, median of {count} value from {lowest} to {highest}",
            "{figure}, median of {count} values from {lowest} to {highest}",
            picture.count,
            figure=figure,
            lowest=picture.lowest,
            highest=picture.highest,
        )
    return joined([said, t(_TREND[picture.trend]) if picture.trend else NO_WORDS], "\n")


def average(picture: Picture, figure: Words, t: Translator) -> Words:
    """Say of how many values a figure is the average."""
    if picture.is_cut:
        return t("{figure}, average of the newest {count} values", figure=figure, count=picture.count)
    return t.plural(
        "{figure}, average of {count} value", "{figure}, average of {count} values", picture.count, figure=figure
    )


def _names(flag: RedFlag, t: Translator) -> Words:
    names = [Words(name.plain, name.mrkdwn) for name in (Typed(cut(one, _NAME)) for one in flag.names)]
    rest = flag.count - len(names)
    return t.all_of([*names, t.plural("{count} more", "{count} more", rest)] if rest > 0 else names)


def _overdue(flag: RedFlag, t: Translator) -> Words:
    return t.plural(
        "{count} promise is overdue. Keep it, or move it with a reason: /kam promises.",
        "{count} promises are overdue. Keep them, or move them with a reason: /kam promises.",
        flag.count,
    )


def _uncovered(flag: RedFlag, t: Translator) -> Words:
    names = _names(flag, t)
    return t.plural(
        "Nobody looks after a decider: {names}. Choose somebody of the same level with /kam contact.",
        "Nobody looks after {count} deciders: {names}. Choose somebody of the same level with /kam contact.",
        flag.count,
        names=names,
    )


_SAID: dict[Flag, Callable[[RedFlag, Translator], Words]] = {
    Flag.NO_KAM: lambda _, t: t("Nobody is KAM. A KAM lead names one with Edit."),
    Flag.OVERDUE_PROMISE: _overdue,
    Flag.UNCOVERED_DECIDER: _uncovered,
    Flag.LAPSING: lambda flag, t: t("Not met for too long: {names}. Plan a call or a visit.", names=_names(flag, t)),
    Flag.NO_SPONSOR: lambda _, t: t("Nobody backs it as sponsor. A KAM lead assigns one with /kam sponsor."),
    Flag.NO_DEPUTY: lambda _, t: t("Nobody stands in for the KAM. A KAM lead names a deputy with Edit."),
    Flag.NO_JOUR_FIXE: lambda _, t: t("No jour fixe is set. The KAM chooses how often with Edit."),
    Flag.NO_CONTACTS: lambda _, t: t("No contact is known. /kam contact adds the first."),
    Flag.MISMATCHED: lambda flag, t: t(
        "Levels lie far apart: {names}. Somebody of the same level beside them would help.", names=_names(flag, t)
    ),
}
