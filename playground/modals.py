"""Opens, pushes, changes and closes views."""

import secrets

from playground import limits
from playground.blocks import Payload, completed, flagged
from playground.errors import SlackError
from playground.handles import Trigger
from playground.workspace import View, Workspace

MAX_STACK = 3


def new_view(workspace: Workspace, user: str, definition: Payload, seen: str | None = None) -> View:
    """Make a view of a checked definition."""
    view_id, shown = workspace.new_id("V"), stored(definition)
    return View(id=view_id, user=user, definition=shown, hash=new_hash(workspace), root=view_id, opened_in=seen)


def new_hash(workspace: Workspace) -> str:
    """Return the mark of one state of a view."""
    return f"{workspace.clock.now():.0f}.{secrets.token_urlsafe(6)}"


def stored(definition: Payload) -> Payload:
    """Return the definition with what Slack completes."""
    return {**flagged(definition), "blocks": completed(definition["blocks"])}


def check(workspace: Workspace, definition: Payload, kind: str) -> None:
    """Refuse what Slack would refuse of a view.

    Raises:
        SlackError: ``invalid_arguments`` with pointers, or ``view_too_large``.
    """
    if not isinstance(definition, dict):
        raise SlackError("invalid_arguments", ["[ERROR] must provide an object [json-pointer:/view]"])
    if definition.get("type") not in {kind, None}:
        raise SlackError("invalid_arguments", [f"[ERROR] must be a {kind} [json-pointer:/view/type]"])
    if workspace.rules.limits:
        limits.check_view(definition)
    workspace.need_scopes_of(definition.get("blocks"))


def check_external_id(workspace: Workspace, definition: Payload, own: View | None = None) -> None:
    """Refuse an external id that another open view has.

    Raises:
        SlackError: ``duplicate_external_id``.
    """
    external_id = definition.get("external_id")
    taken = [view for view in workspace.all_views() if view is not own]
    if (
        workspace.rules.external_ids
        and external_id
        and any(view.definition.get("external_id") == external_id for view in taken)
    ):
        raise SlackError("duplicate_external_id")


def open_modal(workspace: Workspace, trigger: Trigger, definition: Payload) -> View:
    """Show a person a modal of a checked definition; it takes the place of whatever modal was open."""
    check_external_id(workspace, definition)
    view = new_view(workspace, trigger.user, definition, trigger.seen)
    workspace.modals[trigger.user] = [view]
    workspace.view_changed(trigger.user)
    return view


def push(workspace: Workspace, user: str, definition: Payload) -> View:
    """Lay a modal over the one that is open.

    Raises:
        SlackError: ``push_limit_reached`` for a fourth.
    """
    check(workspace, definition, "modal")
    check_external_id(workspace, definition)
    stack = workspace.modals.get(user, [])
    if not stack:
        raise SlackError("not_found")
    if workspace.rules.limits and len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    view = new_view(workspace, user, definition, stack[0].opened_in)
    view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    workspace.view_changed(user)
    return view


def update(workspace: Workspace, view: View, definition: Payload, expected_hash: str | None = None) -> None:
    """Change what a view shows; inputs keep what was entered under the same ids.

    Raises:
        SlackError: ``hash_conflict`` if the view changed since the app saw it.
    """
    check(workspace, definition, view.definition["type"])
    check_external_id(workspace, definition, view)
    if expected_hash and expected_hash != view.hash and workspace.rules.view_hash:
        raise SlackError("hash_conflict")
    view.definition = stored(definition)
    view.hash = new_hash(workspace)
    view.errors, view.failure = {}, None
    workspace.view_changed(view.user)


def close(workspace: Workspace, view: View) -> None:
    """Take a modal away, and those above it."""
    stack = workspace.modals.get(view.user, [])
    if view in stack:
        del stack[stack.index(view) :]
    workspace.view_changed(view.user)


def close_all(workspace: Workspace, user: str) -> None:
    """Take all modals of a person away."""
    workspace.modals.pop(user, None)
    workspace.view_changed(user)
