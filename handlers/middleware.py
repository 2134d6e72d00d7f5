"""Who, when, which language: read once per request; guests and strangers are refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.clock import utc_now
from bot.domain import errors
from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Member, Profile, Standing, reading_language
from bot.i18n import translator
from bot.ports import Store
from handlers.payloads import Sender, as_typed


class Reception:
    """Bolt middleware that names the actor of every request that has one."""

    def __init__(self, store: Store, client: WebClient, language: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._client = client
        self._language = language
        self._clock = clock

    def __call__(
        self, body: dict[str, Any], context: BoltContext, next: Callable[[], BoltResponse]  # noqa: A002  Bolt's name
    ) -> BoltResponse:
        """Put ``now``, ``actor`` and ``t`` into the context.

        Raises:
            errors.Refusal: the sender may not use Scharnier, or cannot be known now.
        """
        now = self._clock()
        context["now"], context["t"] = now, translator(self._language, now)
        sender = Sender.of(body)
        self._check_workspace(sender.team_id)
        if sender.user_id is not None:
            actor = self._member(sender, body)
            language = reading_language(actor.language, actor.locale, self._language)
            context["t"] = translator(language, now, actor.time_zone)
            if actor.standing is not Standing.MEMBER:
                raise errors.NotAMember(actor.standing)
            context["actor"] = actor
        return next()

    def _check_workspace(self, team_id: WorkspaceId) -> None:
        known = self._store.knows(team_id)
        if known is None:
            raise errors.StillStarting
        if not known:
            raise errors.WrongWorkspace

    def _member(self, sender: Sender, body: dict[str, Any]) -> Member:
        """Return who acts; somebody unknown is looked up once."""
        if sender.user_id is None:
            raise LookupError(sender)
        with self._store.read(sender.team_id) as tx:
            member = tx.members.get(sender.user_id)
        if member is not None:
            return member
        profile = self._ask_slack(sender.user_id, sender.team_id, as_typed(str(body.get("text") or "")))
        with self._store.begin(sender.team_id) as tx:
            tx.members.put_profiles([profile])
            member = tx.members.get(sender.user_id)
        if member is None:
            raise errors.DirectoryUnreachable("")
        return member

    def _ask_slack(self, user_id: MemberId, team_id: WorkspaceId, typed: str) -> Profile:
        try:
            user = self._client.users_info(user=user_id, include_locale=True)["user"]
        except (SlackClientError, OSError, ValueError) as error:
            raise errors.DirectoryUnreachable(typed) from error
        return profile_of(user, team_id)


def profile_of(user: dict[str, Any], team_id: str) -> Profile:
    """Read a user object of Slack's directory; anything but a full member of this team may do nothing."""
    details = user.get("profile") or {}
    name = details.get("display_name") or user.get("real_name") or details.get("real_name") or user.get("name")
    return Profile(
        id=MemberId(user["id"]),
        name=str(name or user["id"]),
        standing=_standing(user, team_id),
        email=details.get("email"),
        locale=user.get("locale"),
        time_zone=user.get("tz"),
        is_owner=bool(user.get("is_owner") or user.get("is_primary_owner")),
    )


def _standing(user: dict[str, Any], team_id: str) -> Standing:
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return Standing.BOT
    if user.get("is_stranger") or user.get("team_id", team_id) != team_id:
        return Standing.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER
