"""Request buttons: what somebody can do with a request, at most three buttons and a menu."""

from collections.abc import Mapping
from typing import Literal

from bot.domain.requests import Action, DeclineReason, Request
from bot.i18n import Translator
from bot.views.blocks import Block, Element, actions, button, overflow
from bot.views.labels import N_

LABELS: Mapping[Action, str] = {
    Action.TAKE_OVER: N_("Take over"),
    Action.LEAVE: N_("Leave it"),
    Action.ACCEPT: N_("Accept"),
    Action.COUNTER: N_("Counter-offer"),
    Action.DECLINE: N_("Decline"),
    Action.ASK: N_("Ask back"),
    Action.PASS_ON: N_("Pass on"),
    Action.ANSWER: N_("Answer"),
    Action.TAKE: N_("Take the offer"),
    Action.COUNTER_AGAIN: N_("Suggest otherwise"),
    Action.TURN_DOWN: N_("Turn down"),
    Action.DELIVER: N_("Delivered"),
    Action.MOVE: N_("Move the date"),
    Action.CONFIRM: N_("Confirm"),
    Action.REOPEN: N_("Reopen"),
    Action.ESCALATE: N_("Escalate as goal conflict"),
    Action.WITHDRAW: N_("Withdraw"),
}
AT_ONCE = (Action.TAKE_OVER, Action.LEAVE, Action.TAKE, Action.CONFIRM, Action.ESCALATE)
"""What a press does without a form of this menu, so it stands outside of it."""
_LIKELY = frozenset({Action.TAKE_OVER, Action.ACCEPT, Action.ANSWER, Action.TAKE, Action.DELIVER, Action.CONFIRM})
_BUTTONS = 3
_MENU = 5
"""Slack's most for one menu."""


def buttons(request: Request, can: tuple[Action, ...], t: Translator) -> Block | None:
    """Show what can be done: what needs no form first, then in the order of the life cycle."""
    sorted_ = sorted((one for one in can if one in LABELS), key=lambda action: action not in AT_ONCE)
    shown = max(_BUTTONS, len(sorted_) - _MENU)
    if len(sorted_) == shown + 1:
        # Slack takes no menu of one.
        shown -= 1
    made: list[Element] = [_button(request, action, t, first=at == 0) for at, action in enumerate(sorted_[:shown])]
    if menu := sorted_[shown:]:
        made.append(overflow("request.menu", [(f"{action}:{request.id}", t(LABELS[action])) for action in menu]))
    return actions(*made)


def _button(request: Request, action: Action, t: Translator, *, first: bool) -> Element:
    style: Literal["primary"] | None = "primary" if first and action in _LIKELY else None
    if action is Action.ESCALATE:
        about_goals = request.answer is not None and request.answer.reason is DeclineReason.GOAL
        style = "primary" if about_goals else None
        return button(t(LABELS[action]), "escalation.from_request", request.id, style=style)
    # What one takes is what one saw.
    value = f"{request.id}:{request.version}" if action in AT_ONCE else request.id
    return button(t(LABELS[action]), f"request.{action}", value, style=style)
