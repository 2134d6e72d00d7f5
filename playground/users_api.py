"""``users.*`` and ``auth.test``."""

from playground.arguments import Call
from playground.blocks import Payload
from playground.errors import SlackError
from playground.pages import page
from playground.people import user_object
from playground.seed import Person
from playground.workspace import Workspace


def auth_test(workspace: Workspace, _call: Call) -> Payload:
    """Say whose token this is."""
    team, bot = workspace.seed.team, workspace.seed.bot
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": bot.name,
        "team_id": team.id,
        "user_id": bot.user_id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
    }


def users_list(workspace: Workspace, call: Call) -> Payload:
    """List everybody, the app's bot user too."""
    people, following = page(call, _everybody(workspace), default_limit=1000)
    locale = call.flag("include_locale")
    members = [_shown(workspace, person, locale=locale) for person in people]
    return {"members": members, "response_metadata": {"next_cursor": following}}


def users_info(workspace: Workspace, call: Call) -> Payload:
    """Show one person."""
    wanted = call.text("user")
    for person in _everybody(workspace):
        if person.id == wanted:
            return {"user": _shown(workspace, person, locale=call.flag("include_locale"))}
    raise SlackError("user_not_found")


def users_lookup_by_email(workspace: Workspace, call: Call) -> Payload:
    """Find an active person by e-mail address."""
    email = call.text("email").casefold()
    for person in workspace.people.values():
        if person.email.casefold() == email and not person.deleted:
            return {"user": _shown(workspace, person, locale=False)}
    raise SlackError("users_not_found")


def _shown(workspace: Workspace, person: Person, *, locale: bool) -> Payload:
    may_see_email = "users:read.email" in workspace.manifest.scopes
    return user_object(workspace, person, email=may_see_email, locale=locale)


def _everybody(workspace: Workspace) -> list[Person]:
    bot = workspace.seed.bot
    itself = Person(id=bot.user_id, name=bot.name, real_name=bot.name, team_id=workspace.seed.team.id, is_bot=True)
    return [*(person for person in workspace.people.values() if person.id != bot.user_id), itself]
