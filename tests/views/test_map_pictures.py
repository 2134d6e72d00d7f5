from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import maps as rules
from bot.domain.access import Access
from bot.domain.accounts import Account, AccountRef, Relation
from bot.domain.contacts import ContactOnMap, DecisionRole
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.maps import MOST_IN_PICTURE, AccountMap, CustomerMap, Facing, Unit
from bot.domain.members import Person
from bot.drawing.sheets import Sheet, Sign, Tile, Tone
from bot.i18n import Translator, translator
from bot.views import map_pictures

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEA = Person(MemberId("ULEA"), "Lea Brunner")
HELVETIA = Account(AccountId(1), "Helvetia")
LYON = AccountRef(AccountId(2), "Werk Lyon")
UNITS = (Unit(HELVETIA.ref, kam=LEA), Unit(LYON, HELVETIA.id, Relation.SITE, "FR", depth=1))


@pytest.fixture
def t() -> Translator:
    return translator("en", NOW, "Europe/Zurich")


def contact(number: int, account: AccountRef = HELVETIA.ref, **values: Any) -> ContactOnMap:
    base: dict[str, Any] = {
        "id": ContactId(number),
        "name": f"Contact {number}",
        "account": account,
        "tier": "a",
        "title": "Buyer",
    }
    return ContactOnMap(**{**base, **values})


def found(*contacts: ContactOnMap, units: tuple[Unit, ...] = UNITS) -> AccountMap:
    return AccountMap(HELVETIA, units=units, contacts=contacts, hints=rules.hints(contacts, units, NOW))


def texts(sheet: Sheet) -> str:
    tiles = [tile for part in sheet.sections for row in part.rows for tile in (row.left, row.right) if tile]
    parts = [sheet.title, *sheet.lines, *(words for _, words in sheet.legend), *sheet.foot]
    parts += [text for part in sheet.sections for text in (part.title, part.note)]
    return "\n".join([*parts, *(text for tile in tiles for text in (tile.name, *tile.about))])


def test_each_unit_has_its_people_with_whom_of_ours_faces_them(t: Translator) -> None:
    boss = contact(1, level=1, decision_roles=(DecisionRole.DECIDER,), counterpart=LEA, counterpart_level=2)
    sheet = map_pictures.sheet(found(boss, contact(2, reports_to_id=1), contact(3, LYON)), t)

    helvetia, lyon = sheet.sections
    assert (helvetia.title, lyon.title, lyon.note, lyon.depth) == ("Helvetia", "Werk Lyon", "Site, FR", 1)
    assert helvetia.rows[0].left == Tile("Contact 1", ("Buyer", "Executive", "Decider"))
    assert helvetia.rows[0].right == Tile("Lea Brunner", ("Senior management",), Tone.OURS)
    assert (helvetia.rows[1].above, helvetia.rows[1].depth) == (1, 1)
    assert lyon.rows[0].right == Tile("nobody yet", tone=Tone.NOBODY)
    assert sheet.legend == ((Sign.REPORTS, "reports to"),)


def test_what_is_a_hint_stands_out_and_is_explained(t: Translator) -> None:
    alone = contact(1, decision_roles=(DecisionRole.DECIDER,))
    apart = contact(2, level=1, counterpart=LEA, counterpart_level=4, influences=(ContactId(1), ContactId(99)))
    sheet = map_pictures.sheet(found(alone, apart), t)

    first, second = sheet.sections[0].rows
    assert first.left.tone is Tone.ALERT
    assert second.right is not None
    assert second.right.tone is Tone.HINT
    assert sheet.influences == ((2, 1),)
    assert [sign for sign, _ in sheet.legend] == [Sign.INFLUENCES, Sign.ALERT, Sign.HINT]


def test_a_unit_nobody_looks_after_is_on_the_picture_though_nobody_is_known_there(t: Translator) -> None:
    forgotten = replace(UNITS[1], has_carer=False)

    assert map_pictures.sheet(found(units=(UNITS[0], forgotten)), t).sections[1].note == "nobody looks after it"
    assert len(map_pictures.sheet(found(), t).sections) == 1


def test_no_judgement_of_anybody_is_drawn(t: Translator) -> None:
    one = contact(1, counterpart=LEA)

    assert map_pictures.sheet(found(replace(one, attitude=1, influence=3)), t) == map_pictures.sheet(found(one), t)


def test_the_customers_picture_holds_levels_names_and_function(t: Translator) -> None:
    shown = CustomerMap(
        HELVETIA.ref, "Arven", (Facing("Anne", "CEO", 1, LEA, "Sales", 4), Facing("Tom"), Facing("Eva", None, 1))
    )
    sheet = map_pictures.customer_sheet(shown, t)

    executive, unknown = sheet.sections
    assert (executive.title, unknown.title) == ("Executive", "Level not known")
    assert executive.rows[0].left == Tile("Anne", ("CEO",))
    assert executive.rows[0].right == Tile("Lea Brunner", ("Sales", "Specialist"), Tone.OURS)
    assert [row.right for row in (*executive.rows[1:], *unknown.rows)] == [None, None]
    assert (sheet.legend, sheet.influences) == ((), ())
    assert all(word not in texts(sheet) for word in ("nobody", "Internal", "Decider"))


def test_more_people_than_a_picture_holds_are_counted(t: Translator) -> None:
    many = [contact(number) for number in range(1, MOST_IN_PICTURE + 3)]
    pairs = tuple(Facing(one.name) for one in many)

    assert map_pictures.sheet(found(*many), t).foot == ("and 2 more",)
    assert map_pictures.customer_sheet(CustomerMap(HELVETIA.ref, "Arven", pairs), t).foot == ("and 2 more",)


def test_a_restricted_account_is_named_by_no_title_and_no_notification(t: Translator) -> None:
    secret = Account(AccountId(1), "Kolibri", access=Access.RESTRICTED)
    whole = map_pictures.picture(replace(found(contact(1)), account=secret), t)
    handed_on = map_pictures.customer_picture(CustomerMap(secret.ref, "Arven", (Facing("Anne"),)), t)

    for picture in (whole, handed_on):
        assert "Kolibri" not in picture.title.plain + picture.text.plain + picture.instead["text"]
        assert picture.png.startswith(b"\x89PNG")
