"""``views.*``: modals and Homes."""

from playground import modals
from playground.arguments import Call
from playground.blocks import Payload
from playground.errors import SlackError
from playground.workspace import Workspace


def views_open(workspace: Workspace, call: Call) -> Payload:
    """Open a modal for the person whose act the trigger came from."""
    definition = _definition(call)
    modals.check(workspace, definition, "modal")
    trigger = workspace.handles.spend_trigger(_trigger_id(call))
    return {"view": workspace.view_payload(modals.open_modal(workspace, trigger, definition))}


def views_push(workspace: Workspace, call: Call) -> Payload:
    """Lay a modal over the one the trigger came from."""
    definition = _definition(call)
    modals.check(workspace, definition, "modal")
    trigger = workspace.handles.spend_trigger(_trigger_id(call))
    return {"view": workspace.view_payload(modals.push(workspace, trigger.user, definition))}


def views_update(workspace: Workspace, call: Call) -> Payload:
    """Change an open modal, found by ``view_id`` or ``external_id``."""
    definition = _definition(call)
    view_id, external_id = call.optional("view_id"), call.optional("external_id")
    if view_id is None and external_id is None:
        raise SlackError("invalid_arguments", ["[ERROR] either view_id or external_id is needed"])
    for view in workspace.all_views():
        if view.id == view_id or (external_id and view.definition.get("external_id") == external_id):
            modals.update(workspace, view, definition, call.optional("hash"))
            return {"view": workspace.view_payload(view)}
    raise SlackError("not_found")


def views_publish(workspace: Workspace, call: Call) -> Payload:
    """Show somebody's Home."""
    definition = _definition(call)
    user = workspace.person(call.text("user_id")).id
    if not workspace.manifest.home_tab:
        raise SlackError("not_enabled")
    standing = workspace.homes.get(user)
    if standing is not None:
        modals.update(workspace, standing, definition, call.optional("hash"))
        return {"view": workspace.view_payload(standing)}
    modals.check(workspace, definition, "home")
    modals.check_external_id(workspace, definition)
    workspace.homes[user] = modals.new_view(workspace, user, definition)
    workspace.view_changed(user)
    return {"view": workspace.view_payload(workspace.homes[user])}


def _definition(call: Call) -> Payload:
    definition = call.structure("view", "invalid_arguments")
    if not isinstance(definition, dict):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    return definition


def _trigger_id(call: Call) -> str:
    return call.optional("trigger_id") or call.text("interactivity_pointer")
