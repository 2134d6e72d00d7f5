"""Makes the payloads that Slack sends when people act."""

from typing import Any

from playground.blocks import Payload
from playground.handles import ResponseUrl
from playground.inputs import SLOTS, Typed, state_values
from playground.seed import Command, Person
from playground.workspace import Conversation, View, Workspace

VERIFICATION_TOKEN = "playground-verification-token"
CHANNEL_NAMES = {"group": "privategroup", "im": "directmessage", "mpim": "mpdm"}


class Interactions:
    """Knows the workspace and its own address, which response URLs start with."""

    def __init__(self, workspace: Workspace, base_url: str) -> None:
        self._workspace = workspace
        self._base_url = base_url

    def command(
        self, person: Person, conversation: Conversation, command: Command, text: str, thread_ts: str | None
    ) -> Payload:
        """Return a slash command's form fields."""
        team = self._workspace.seed.team
        url = ResponseUrl(person.id, conversation.id, self._workspace.clock.now(), thread_ts=thread_ts)
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": conversation.id,
            "channel_name": channel_name(conversation),
            "user_id": person.id,
            "user_name": person.name,
            "command": command.name,
            "text": text,
            "api_app_id": self._workspace.seed.bot.app_id,
            "is_enterprise_install": "false",
            "response_url": self._response_url(url, "commands"),
            "trigger_id": self._trigger(person, conversation.id),
        }

    def block_actions(
        self, person: Person, surface: tuple[Conversation, Payload] | View, action: Payload, typed: Typed
    ) -> Payload:
        """Return the payload of a click or choice in a message or view."""
        payload = self._common("block_actions", person)
        payload["actions"] = [action]
        if isinstance(surface, View):
            payload["trigger_id"] = self._trigger(person, surface.opened_in)
            payload["container"] = {"type": "view", "view_id": surface.id}
            payload["view"] = self._workspace.view_payload(surface)
            return payload
        conversation, message = surface
        payload["trigger_id"] = self._trigger(person, conversation.id)
        payload["container"] = self._container(conversation, message)
        payload["channel"] = {"id": conversation.id, "name": channel_name(conversation)}
        payload["message"] = wire_message(message)
        payload["state"] = {"values": state_values(message.get("blocks", []), typed)}
        payload["response_url"] = self._response_url(self._from_message(person, conversation, message), "actions")
        return payload

    def block_suggestion(
        self,
        person: Person,
        surface: tuple[Conversation, Payload] | View,
        ids: tuple[str, str],
        query: str,
    ) -> Payload:
        """Return the payload of somebody typing in an external select."""
        payload = self._common("block_suggestion", person)
        payload |= {"block_id": ids[0], "action_id": ids[1], "value": query}
        if isinstance(surface, View):
            payload["container"] = {"type": "view", "view_id": surface.id}
            # a search does not carry what stands in the other inputs
            payload["view"] = {**self._workspace.view_payload(surface), "state": {"values": {}}}
            return payload
        conversation, message = surface
        payload["container"] = self._container(conversation, message)
        payload["channel"] = {"id": conversation.id, "name": channel_name(conversation)}
        payload["message"] = wire_message(message)
        return payload

    def view_submission(self, person: Person, view: View) -> Payload:
        """Return the payload of a sent form."""
        payload = self._common("view_submission", person)
        payload["trigger_id"] = self._trigger(person, view.opened_in)
        payload["view"] = self._workspace.view_payload(view)
        payload["response_urls"] = self._response_urls(person, view)
        return payload

    def view_closed(self, person: Person, view: View, *, is_cleared: bool) -> Payload:
        """Return the payload of a form that was closed."""
        view_payload = self._workspace.view_payload(view)
        return {**self._common("view_closed", person), "view": view_payload, "is_cleared": is_cleared}

    def shortcut(self, person: Person, callback_id: str, seen: str | None) -> Payload:
        """Return the payload of a global shortcut, used with a conversation before the person's eyes or none."""
        return {
            **self._common("shortcut", person),
            "callback_id": callback_id,
            "action_ts": self._workspace.new_ts(),
            "trigger_id": self._trigger(person, seen),
        }

    def message_shortcut(
        self, person: Person, conversation: Conversation, message: Payload, callback_id: str
    ) -> Payload:
        """Return the payload of a shortcut in a message's menu."""
        return {
            **self._common("message_action", person),
            "callback_id": callback_id,
            "action_ts": self._workspace.new_ts(),
            "trigger_id": self._trigger(person, conversation.id),
            "response_url": self._response_url(self._from_message(person, conversation, message), "app"),
            "message_ts": message["ts"],
            "channel": {"id": conversation.id, "name": channel_name(conversation)},
            "message": wire_message(message),
        }

    def action(self, block: Payload, element: Payload, value: Payload | None) -> Payload:
        """Return one entry of ``actions``: the element with what was chosen."""
        shown = ("text", "value", "style", "placeholder", "confirm", *(slot.initial for slot in SLOTS.values()))
        entry = {key: element[key] for key in shown if key and key in element}
        return {
            "type": element["type"],
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            **entry,
            **(value or {}),
            "action_ts": self._workspace.new_ts(),
        }

    def _response_url(self, url: ResponseUrl, path: str) -> str:
        key = self._workspace.handles.issue_url(self._workspace.new_id("R"), url)
        return f"{self._base_url}/{path}/{self._workspace.seed.team.id}/{key}"

    def _user(self, person: Person) -> Payload:
        return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}

    def _common(self, kind: str, person: Person) -> dict[str, Any]:
        team = self._workspace.seed.team
        return {
            "type": kind,
            "team": {"id": team.id, "domain": team.domain},
            "user": self._user(person),
            "api_app_id": self._workspace.seed.bot.app_id,
            "token": VERIFICATION_TOKEN,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _trigger(self, person: Person, seen: str | None) -> str:
        trigger_id = f"{self._workspace.new_id('')}.{self._workspace.seed.team.id}"
        return self._workspace.handles.issue_trigger(trigger_id, person.id, seen)

    def _container(self, conversation: Conversation, message: Payload) -> Payload:
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": conversation.id,
            "is_ephemeral": bool(message.get("is_ephemeral", False)),
        }
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        return container

    def _from_message(self, person: Person, conversation: Conversation, message: Payload) -> ResponseUrl:
        return ResponseUrl(
            user=person.id,
            conversation=conversation.id,
            issued=self._workspace.clock.now(),
            source_ts=message["ts"],
            source_is_ephemeral=bool(message.get("is_ephemeral", False)),
            thread_ts=message.get("thread_ts"),
        )

    def _response_urls(self, person: Person, view: View) -> list[Payload]:
        urls = []
        values = view.values()
        for block in view.definition["blocks"]:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            picked = values[block["block_id"]][element["action_id"]][SLOTS[element["type"]].key]
            if picked is None:
                continue
            url = ResponseUrl(person.id, picked, self._workspace.clock.now())
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": picked,
                    "response_url": self._response_url(url, "app"),
                }
            )
        return urls


def channel_name(conversation: Conversation) -> str:
    """Return the name of a conversation in payloads: only public channels tell theirs."""
    return CHANNEL_NAMES.get(conversation.kind, conversation.name)


def wire_message(message: Payload) -> Payload:
    """Return a message as payloads carry it."""
    return {key: value for key, value in message.items() if key != "is_ephemeral"}
