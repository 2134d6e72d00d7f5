from pathlib import Path

import pytest

from bot.i18n import catalogues
from bot.i18n.catalogues import Sentence


def test_every_way_of_saying_is_found_once_in_the_order_of_the_module(tmp_path: Path) -> None:
    module = tmp_path / "sample.py"
    module.write_text(
        'A = N_("Label")\n'
        "def f(t):\n"
        '    t("One {name}", name=x); t.plural("{count} thing", "{count} things", 3); t("Two " "parts"); t("One {name}")\n'
    )

    assert catalogues.sentences(module) == (
        Sentence("Label"),
        Sentence("One {name}"),
        Sentence("{count} thing", "{count} things"),
        Sentence("Two parts"),
    )


def test_an_update_keeps_translations_and_leaves_what_is_new_empty(tmp_path: Path) -> None:
    _write(tmp_path, "translator", 'msgid "or"\nmsgstr "oder"\n\nmsgid "gone"\nmsgstr "weg"\n')

    catalogues.update("de", ["translator"], tmp_path)

    stored = catalogues.catalogue("de", "translator", tmp_path)
    assert {message.id: message.string for message in stored if message.id} == {
        "{name} (left)": "",
        "or": "oder",
        "and": "",
    }
    assert not (tmp_path / "de" / "LC_MESSAGES" / "menu.po").exists()


def test_a_second_update_changes_nothing(tmp_path: Path) -> None:
    catalogues.update("de", (), tmp_path)
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.po")}

    catalogues.update("de", (), tmp_path)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.po")} == first
    assert {path.stem for path in first} == set(catalogues.sources())


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ('msgid "or"\nmsgstr "oder"\n', "translator.po: missing 'and'"),
        ('msgid "gone"\nmsgstr "weg"\n', "translator.po: nobody says 'gone'"),
        ('msgid "or"\nmsgstr ""\n', "translator.po: empty 'or'"),
        ('#, fuzzy\nmsgid "or"\nmsgstr "oder"\n', "translator.po: fuzzy 'or'"),
        (
            'msgid "{name} (left)"\nmsgstr "{nam} (weg)"\n',
            "translator.po: other placeholders in '{nam} (weg)' than in '{name} (left)'",
        ),
        (
            'msgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] "{count} Tag"\nmsgstr[1] ""\n',
            "translator.po: empty '{count} day'",
        ),
        (
            'msgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] "{count} Tag"\nmsgstr[1] "Tage"\n',
            "translator.po: other placeholders in 'Tage' than in '{count} days'",
        ),
        (
            'msgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] "{count} Tag"\n',
            "translator.po: empty '{count} day'",
        ),
        ('msgid "{count} day"\nmsgstr "{count} Tag"\n', "translator.po: nobody says '{count} day'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, entries: str, problem: str) -> None:
    _write(tmp_path, "translator", entries)

    assert problem in set(catalogues.problems("de", tmp_path))


def test_one_sentence_has_one_translation_in_all_catalogues(tmp_path: Path) -> None:
    _write(tmp_path, "interactions", 'msgid "More"\nmsgstr "Mehr"\n')
    _write(tmp_path, "search", 'msgid "More"\nmsgstr "Weitere"\n')

    assert "search.po: 'More' is translated otherwise in interactions.po" in set(catalogues.problems("de", tmp_path))


def test_a_catalogue_without_a_module_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "nobody", 'msgid "or"\nmsgstr "oder"\n')

    assert "nobody.po: no module says this" in set(catalogues.problems("de", tmp_path))


def test_the_check_says_what_is_wrong_and_fails_then(capsys: pytest.CaptureFixture[str]) -> None:
    code = catalogues.main(["--check"])

    assert (code == 0) is (capsys.readouterr().out == "")


def _write(folder: Path, name: str, entries: str) -> None:
    path = folder / "de" / "LC_MESSAGES" / f"{name}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    path.write_text(f'{header}"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n{entries}')
