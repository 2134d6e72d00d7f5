"""Who, when, which language: read once per request; guests and strangers are refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.clock import utc_now
from bot.domain import errors
from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Member, Profile, Standing, reading_language
from bot.i18n import translator
from bot.ports import Store
from handlers.limiter import Limiter
from handlers.modals import NO_ANSWER, code_of
from handlers.payloads import DirectoryUser, Malformed, Sender, as_typed

_NOT_HERE = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
"""What Slack says of people of other companies whom this app may not see."""


class Reception:
    """Bolt middleware that names the actor of every request that has one."""

    def __init__(
        self,
        store: Store,
        client: WebClient,
        language: str,
        clock: Callable[[], datetime] = utc_now,
        limiter: Limiter | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._language = language
        self._clock = clock
        self._limiter = limiter or Limiter(0, 0)

    def __call__(
        self,
        body: dict[str, Any],
        context: BoltContext,
        next: Callable[[], BoltResponse],  # noqa: A002  Bolt's name
    ) -> BoltResponse:
        """Put ``now``, ``actor`` and ``t`` into the context.

        Raises:
            errors.Refusal: the sender may not use Scharnier, cannot be known now, or asks too much at once.
        """
        now = self._clock()
        context["now"], context["t"] = now, translator(self._language, now)
        sender = Sender.of(body)
        self._check_workspace(sender.team_id)
        if sender.user_id is not None:
            # Events are Slack's own doing: they name no sender, and never wait.
            is_search = body.get("type") == "block_suggestion"
            wait = self._limiter.wait(sender.team_id, sender.user_id, now, is_search=is_search)
            known = self._known(sender.team_id, sender.user_id)
            if known is None and not wait:
                known = self._introduced(sender.team_id, sender.user_id, body)
            if known is not None:
                language = reading_language(known.language, known.locale, self._language)
                context["t"] = translator(language, now, known.time_zone)
            if known is None or wait:
                raise errors.SlowDown(wait, as_typed(str(body.get("text") or "")))
            actor = known
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

    def _known(self, team_id: WorkspaceId, user_id: MemberId) -> Member | None:
        with self._store.read(team_id) as tx:
            return tx.members.get(user_id)

    def _introduced(self, team_id: WorkspaceId, user_id: MemberId, body: dict[str, Any]) -> Member:
        """Look somebody unknown up in Slack's directory, once."""
        typed = as_typed(str(body.get("text") or ""))
        profile = self._ask_slack(user_id, team_id, typed)
        with self._store.begin(team_id) as tx:
            tx.members.put_profiles([profile])
            member = tx.members.get(user_id)
        if member is None:
            raise errors.DirectoryUnreachable(typed)
        return member

    def _ask_slack(self, user_id: MemberId, team_id: WorkspaceId, typed: str) -> Profile:
        try:
            user = self._client.users_info(user=user_id, include_locale=True)["user"]
        except NO_ANSWER as error:
            if code_of(error) in _NOT_HERE:
                raise errors.NotAMember(Standing.STRANGER) from error
            raise errors.DirectoryUnreachable(typed) from error
        try:
            return profile_of(user, team_id)
        except Malformed as error:
            raise errors.DirectoryUnreachable(typed) from error


def profile_of(user: object, team_id: str) -> Profile:
    """Read a user object of Slack's directory; anything but a full member of this team may do nothing.

    Raises:
        Malformed: it is none.
    """
    found = DirectoryUser.read(user)
    return Profile(
        id=MemberId(found.id),
        name=found.shown_name,
        standing=_standing(found, team_id),
        email=found.profile.email,
        locale=found.locale,
        time_zone=found.tz,
        is_owner=bool(found.is_owner or found.is_primary_owner),
        at=found.changed_at,
    )


def _standing(user: DirectoryUser, team_id: str) -> Standing:
    if user.deleted:
        return Standing.DEACTIVATED
    if user.is_bot or user.id == "USLACKBOT":
        return Standing.BOT
    if user.is_stranger or (user.team_id or team_id) != team_id:
        return Standing.STRANGER
    if user.is_restricted or user.is_ultra_restricted:
        return Standing.GUEST
    return Standing.MEMBER
