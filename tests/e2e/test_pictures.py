"""A map as a picture: drawn, uploaded in three steps, and seen by who asked only."""

import io

import httpx
from PIL import Image

from playground.robot import Playground


def test_a_map_comes_as_a_picture_into_the_direct_messages_of_who_asked(world: Playground) -> None:
    lea, nina = world.person("Lea Brunner"), world.person("Nina Fäh")
    shown = lea.types("/kam karte Helvetia Pumpen", channel="#general")
    lea.clicks("Bild", shown)

    told = lea.waits_for("(file: Helvetia Pumpen · Karte)", timeout=20)
    address = told.message["files"][0]["url_private"]
    picture = Image.open(io.BytesIO(httpx.get(address, trust_env=False).content))
    assert picture.format == "PNG"
    assert picture.width >= 900
    lea.waits_for("Das Bild kommt als Direktnachricht zu dir", "#general", timeout=20)
    world.quiet(milliseconds=300, timeout=20)
    assert not any("(file:" in message.text for message in (*nina.dm(), *nina.reads("#general")))


def test_the_version_for_the_customer_comes_as_a_picture_of_its_own(world: Playground) -> None:
    james = world.person("James Hartley")
    shown = james.types("/kam map Harrowmere Conveyors", channel="#general")
    james.clicks("For the customer", shown)
    version = james.waits_for("You may show this to the customer", "#general", timeout=20)
    james.clicks("Picture", version)

    assert "Who works with whom" in james.waits_for("(file: Harrowmere Conveyors", timeout=20).text
