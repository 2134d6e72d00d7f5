"""Control API: what happens around the app: people, channels, time, rules, faults."""

from playground import people
from playground.acting import Body, Post
from playground.blocks import Payload
from playground.delivery import Ack
from playground.server import Slack
from playground.sockets import known_reason


async def event(slack: Slack, body: Body) -> Payload:
    """``{event, subscription?}``: send an event as it is, if the manifest subscribes to it."""
    return _delivered(await slack.act.events.send(body["event"], body.get("subscription")))


async def user(slack: Slack, body: Body) -> Payload:
    """``{id, set}``: change a person, or let a new one join."""
    return await people.change_user(slack.act, body["id"], body["set"])


async def channel(slack: Slack, body: Body) -> Payload:
    """``{id, set}``: change a channel's ``name``, ``members``, ``is_archived`` or ``is_ext_shared``."""
    return await people.change_channel(slack.act, body["id"], body["set"])


async def app(slack: Slack, body: Body) -> Payload:
    """``{installed, error?}``: remove the app or install it again; its token is refused with ``error`` meanwhile."""
    refusal = body.get("error", people.TOKEN_REFUSALS[0])
    return await people.change_app(slack.act, installed=bool(body["installed"]), error=refusal)


async def redeliver(slack: Slack, body: Body) -> Payload:
    """``{n?}``: send the n-th request (default: the last) again, byte for byte; its answer changes nothing."""
    return _delivered(await slack.delivery.again(body.get("n", -1)))


async def forge(slack: Slack, body: Body) -> Payload:
    """``{how, n?}``: send a request with a bad signature: ``signature``, ``old``, ``absent``, ``malformed``."""
    return _delivered(await slack.delivery.forged(body["how"], body.get("n", -1)))


async def disconnect(slack: Slack, body: Body) -> Payload:
    """``{reason?}``: end all sockets as Slack does."""
    reason = known_reason(body.get("reason", "refresh_requested"))
    return {"ok": True, "closed": await slack.sockets.disconnect(reason)}


async def bot(slack: Slack, body: Body) -> Payload:
    """``{url?, transport?}``: say how the bot is reached."""
    slack.deliver_to(body.get("transport", "http"), body.get("url"))
    return {"ok": True}


async def reset(slack: Slack, _body: Body) -> Payload:
    """``{}``: go back to the seed, with all rules, no faults and an empty log."""
    slack.reset()
    return {"ok": True}


async def clock(slack: Slack, body: Body) -> Payload:
    """``{advance}``: move Slack's time on by seconds."""
    time = slack.workspace.clock
    time.advance(float(body["advance"]))
    slack.windows.bell.ring()
    return {"ok": True, "now": time.now(), "offset": time.offset}


async def rules(slack: Slack, body: Body) -> Payload:
    """``{rule: value, …}``: switch rules."""
    slack.workspace.rules.change(body)
    slack.windows.bell.ring()
    return {"ok": True, "rules": slack.workspace.rules.as_dict()}


async def fault(slack: Slack, body: Body) -> Payload:
    """``{method, mode, …}``: order a fault."""
    return {"ok": True, "fault": slack.faults.order(body).id}


POSTS: dict[str, Post] = {
    "event": event,
    "user": user,
    "channel": channel,
    "app": app,
    "redeliver": redeliver,
    "forge": forge,
    "disconnect": disconnect,
    "bot": bot,
    "reset": reset,
    "clock": clock,
    "rules": rules,
    "fault": fault,
}


def _delivered(ack: Ack | None) -> Payload:
    if ack is None:
        return {"ok": True, "ack": None}
    return {"ok": True, "ack": {"status": ack.status, "body": ack.body, "failure": ack.failure}}
