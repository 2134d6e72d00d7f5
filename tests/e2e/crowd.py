"""A workspace with many people, channels and messages."""

import json
from pathlib import Path

from bot import demo


def crowd(folder: Path, people: int, channels: int, messages: int) -> Path:
    """Write its seed: the first person is in every channel, everybody in the first, which has all the messages."""
    seed = json.loads(demo.SEED.read_text(encoding="utf-8"))
    bot = next(user for user in seed["users"] if user["is_bot"])
    everybody = [
        {"id": f"U{n:08}", "name": f"person.{n}", "real_name": f"Person {n}", "locale": "en-GB", "tz": "Europe/London"}
        for n in range(people)
    ]
    members = [user["id"] for user in everybody]
    said = [{"user": members[n % people], "text": f"Message {n}", "minutes_ago": messages - n} for n in range(messages)]
    rooms = [
        {
            "id": f"C{n:08}",
            "name": f"channel-{n}",
            "members": [members[0], *members[1 + n % 10 :: 10]] if n else members,
            "messages": [] if n else said,
        }
        for n in range(channels)
    ]
    path = folder / "crowd.json"
    path.write_text(json.dumps({**seed, "users": [*everybody, bot], "channels": rooms}), encoding="utf-8")
    return path
