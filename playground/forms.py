"""What people do with elements: click, choose, search, fill in, submit and close."""

from typing import Any

from playground import acks, modals
from playground.blocks import Payload, feedback_choices, find_element
from playground.errors import Impossible, SlackError
from playground.inputs import EXTERNAL, SLOTS, TEXT_INPUTS, Typed, chosen, missing_or_wrong
from playground.limits import check_options
from playground.people import Act, report_failure
from playground.workspace import Conversation, View, Workspace

Surface = tuple[Conversation, Payload] | View
DEFAULT_MIN_QUERY_LENGTH = 3


def surface_of(act: Act, user: str, where: dict[str, Any]) -> Surface:
    """Find the message (``channel`` and ``ts``), modal or Home (``view_id``) that is meant.

    Raises:
        Impossible: it is not before the person's eyes.
    """
    if "view_id" in where:
        top, own_home = act.workspace.top_modal(user), act.workspace.homes.get(user)
        for view in (top, own_home):
            if view is not None and view.id == where["view_id"]:
                return view
        raise Impossible(f"the view {where['view_id']!r} is not on top of what {user} sees")
    conversation = act.workspace.seen_by(user, str(where.get("channel")))
    return conversation, act.workspace.message_seen_by(user, conversation, str(where.get("ts")))


async def click(act: Act, user: str, where: dict[str, Any], ids: tuple[str, str], value: Any = None) -> Payload:
    """Press a button, or pick an option of an overflow menu by its value."""
    surface = surface_of(act, user, where)
    block, element = _element(surface, ids)
    return await _send_action(act, user, surface, act.interactions.action(block, element, _picked(element, value)))


def _picked(element: Payload, value: Any) -> Payload | None:
    kind = element["type"]
    if kind in {"button", "workflow_button", "icon_button"}:
        return None
    if kind not in {"overflow", "feedback_buttons"}:
        raise Impossible(f"a {kind} is filled in, not clicked")
    offered = element["options"] if kind == "overflow" else feedback_choices(element)
    for choice in offered:
        if choice.get("value") == value:
            return {"selected_option": choice} if kind == "overflow" else {"text": choice["text"], "value": value}
    raise Impossible(f"the {kind} offers nothing with the value {value!r}")


async def fill(
    act: Act, user: str, where: dict[str, Any], ids: tuple[str, str], value: Any, *, enter: bool = False
) -> Payload:
    """Enter a value; the app hears of it where Slack would tell it at once."""
    surface = surface_of(act, user, where)
    block, element = _element(surface, ids)
    state = chosen(element, value, _offers(act, user, surface, ids))
    _check_choice(act, user, element, state)
    _typed(act, user, surface)[ids] = state
    _changed(act, user, surface)
    if not _is_sent_at_once(block, element, enter=enter):
        return {"ok": True, "ack": None}
    return await _send_action(act, user, surface, act.interactions.action(block, element, state))


async def options(act: Act, user: str, where: dict[str, Any], ids: tuple[str, str], query: str) -> Payload:
    """Type into an external select and return what the app offers."""
    surface = surface_of(act, user, where)
    _, element = _element(surface, ids)
    if element["type"] not in EXTERNAL:
        raise Impossible(f"a {element['type']} is not searched")
    if len(query) < element.get("min_query_length", DEFAULT_MIN_QUERY_LENGTH):
        return {"ok": True, "asked": False, "options": []}
    payload = act.interactions.block_suggestion(act.person(user), surface, ids, query)
    ack = await act.delivery.send("interactive", "block_suggestion", payload)
    body = ack.body if isinstance(ack.body, dict) else {}
    if ack.failure:
        return {"ok": True, "asked": True, "options": [], "failure": ack.failure}
    try:
        if act.workspace.rules.limits:
            check_options(body)
    except SlackError as refusal:
        act.workspace.toast(user, refusal.code, "; ".join(refusal.messages))
        return {"ok": True, "asked": True, "options": [], "failure": refusal.code}
    groups = body.get("option_groups")
    offered = [option for group in groups for option in group["options"]] if groups else body.get("options", [])
    _keep_offers(act, user, surface, ids, offered)
    return {"ok": True, "asked": True, "options": offered, "option_groups": groups}


async def submit(act: Act, user: str) -> Payload:
    """Send the modal on top; the client itself refuses empty and impossible fields."""
    view = _modal(act, user)
    if view.definition.get("submit") is None:
        raise Impossible("this modal has no submit button")
    if view.definition.get("submit_disabled") and not view.typed:
        raise Impossible("the submit button waits until something is entered")
    blocks = view.definition["blocks"]
    view.failure = None
    locale = act.person(user).locale
    view.errors = missing_or_wrong(blocks, view.values(), locale)
    if view.errors:
        act.workspace.view_changed(user)
        return {"ok": True, "ack": None, "errors": view.errors}
    ack = await act.delivery.send(
        "interactive", "view_submission", act.interactions.view_submission(act.person(user), view)
    )
    acks.apply_submission_ack(act.workspace, view, ack)
    return {"ok": True, "ack": {"status": ack.status, "body": ack.body, "failure": ack.failure}, "errors": view.errors}


async def close(act: Act, user: str, *, everything: bool) -> Payload:
    """Close the modal on top, or with the cross the whole stack."""
    view = _modal(act, user)
    everything = everything or bool(view.definition.get("clear_on_close"))
    closed = list(reversed(act.workspace.modals[user])) if everything else [view]
    payloads = [
        act.interactions.view_closed(act.person(user), each, is_cleared=everything)
        for each in closed
        if each.definition.get("notify_on_close")
    ]
    if everything:
        modals.close_all(act.workspace, user)
    else:
        modals.close(act.workspace, view)
    for payload in payloads:
        await act.delivery.send("interactive", "view_closed", payload)
    return {"ok": True}


async def _send_action(act: Act, user: str, surface: Surface, action: Payload) -> Payload:
    person = act.person(user)
    payload = act.interactions.block_actions(person, surface, action, _typed(act, user, surface))
    ack = await act.delivery.send("interactive", "block_actions", payload)
    report_failure(act.workspace, user, ack)
    conversation = act.workspace.dm(user) if isinstance(surface, View) else surface[0]
    acks.show_stray_body(act.workspace, user, conversation, ack)
    return {"ok": True, "ack": {"status": ack.status, "body": ack.body, "failure": ack.failure}}


def _changed(act: Act, user: str, surface: Surface) -> None:
    if isinstance(surface, View):
        act.workspace.view_changed(user)
    else:
        act.workspace.windows.changed({user}, channel=surface[0].id)


def _modal(act: Act, user: str) -> View:
    view = act.workspace.top_modal(user)
    if view is None:
        raise Impossible(f"{user} has no modal open")
    return view


def _element(surface: Surface, ids: tuple[str, str]) -> tuple[Payload, Payload]:
    blocks = surface.definition["blocks"] if isinstance(surface, View) else surface[1].get("blocks", [])
    found = find_element(blocks, *ids)
    if found is None:
        raise Impossible(f"nothing there has the ids {ids}")
    return found


def _typed(act: Act, user: str, surface: Surface) -> Typed:
    if isinstance(surface, View):
        return surface.typed
    return act.workspace.message_inputs.setdefault((user, surface[1]["ts"]), {})


def _offers(act: Act, user: str, surface: Surface, ids: tuple[str, str]) -> list[Payload]:
    standing = _typed(act, user, surface).get(ids, {})
    kept = [*standing.get("selected_options", []), *filter(None, [standing.get("selected_option")])]
    if isinstance(surface, View):
        return [*surface.offered.get(ids, []), *kept]
    return [*act.workspace.message_offers.get((user, surface[1]["ts"], *ids), []), *kept]


def _keep_offers(act: Act, user: str, surface: Surface, ids: tuple[str, str], offered: list[Payload]) -> None:
    if isinstance(surface, View):
        surface.offered[ids] = offered
    else:
        act.workspace.message_offers[user, surface[1]["ts"], *ids] = offered


def _check_choice(act: Act, user: str, element: Payload, state: Payload) -> None:
    """Refuse what the client does not offer this person to choose."""
    kind = element["type"]
    value = state[SLOTS[kind].key]
    picked = value if isinstance(value, list) else [] if value is None else [value]
    most = element.get("max_selected_items")
    if most is not None and len(picked) > most:
        raise Impossible(f"at most {most} can be chosen")
    offers = next((offers for name, offers in _OFFERS.items() if name in kind), None)
    for each in picked:
        if offers and not offers(act.workspace, user, element.get("filter", {}), each):
            raise Impossible(f"a {kind} does not offer {each!r} to {user}")


def _offers_person(workspace: Workspace, _user: str, _filter: Payload, picked: str) -> bool:
    person = workspace.people.get(picked)
    return picked == workspace.seed.bot.user_id or (person is not None and not person.deleted)


def _offers_channel(workspace: Workspace, _user: str, _filter: Payload, picked: str) -> bool:
    found = workspace.conversations.get(picked)
    return found is not None and found.kind == "channel" and not found.is_archived


def _offers_conversation(workspace: Workspace, user: str, wanted: Payload, picked: str) -> bool:
    found = workspace.conversations.get(picked)
    if found is None or found.is_archived or (found.kind != "channel" and user not in found.members):
        return False
    if found.is_ext_shared and wanted.get("exclude_external_shared_channels"):
        return False
    if found is workspace.dm(user) and wanted.get("exclude_bot_users"):
        return False
    return _FILTER_NAMES[found.kind] in wanted.get("include", _FILTER_NAMES.values())


_FILTER_NAMES = {"channel": "public", "group": "private", "im": "im", "mpim": "mpim"}
_OFFERS = {
    "users_select": _offers_person,
    "channels_select": _offers_channel,
    "conversations_select": _offers_conversation,
}


def _is_sent_at_once(block: Payload, element: Payload, *, enter: bool) -> bool:
    if block["type"] != "input":
        return True
    if not block.get("dispatch_action", False):
        return False
    if element["type"] not in TEXT_INPUTS:
        return True
    config = element.get("dispatch_action_config") or {}
    occasions = config.get("trigger_actions_on", ["on_enter_pressed"])
    return "on_character_entered" in occasions or (enter and "on_enter_pressed" in occasions)
