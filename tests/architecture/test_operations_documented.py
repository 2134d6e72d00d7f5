"""What docs/operations.md and deploy/ say is what the code has."""

import ast
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.config import Settings

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text()
DEPLOY = sorted((ROOT / "deploy").iterdir())
UNITS = [path for path in DEPLOY if path.suffix in {".service", ".timer"}]
ENDS = {"&&", "||", "|", ";", "#"}


def _typed() -> Iterator[str]:
    """Find what is to be typed: in code blocks, between backticks, and in the files of deploy/."""
    for text in (DOCUMENT, (ROOT / "README.md").read_text()):
        blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
        yield from (line for block in blocks for line in block.replace("\\\n", " ").splitlines())
        yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for path in UNITS:
        yield from path.read_text().replace("\\\n", " ").splitlines()


def _commands() -> list[list[str]]:
    """Return the words after each ``scharnier`` that is a program's name."""
    found = []
    for line in _typed():
        for match in re.finditer(r"(?:^|[\s'/])scharnier +(?=[a-z])([^'`]*)", line):
            if match[1] and match.start() == match.end():
                continue
            try:
                words = shlex.split(match[1].strip())
            except ValueError:
                words = match[1].split()
            end = next((at for at, word in enumerate(words) if word.rstrip(";") != word or word in ENDS), len(words))
            found.append(words[:end])
    return [words for words in found if words and words[0] in _names(main)]


def _names(group: click.Group) -> set[str]:
    return set(group.commands)


def _resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group):
        if rest and rest[0] in command.commands:
            command = command.commands[rest.pop(0)]
        elif "show" in command.commands:
            command = command.commands["show"]
        else:
            break
    return command, rest


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_command_that_is_documented_exists_with_its_options(words: list[str]) -> None:
    command, rest = _resolve(words)

    known = {option for parameter in command.params for option in parameter.opts}
    assert {word.split("=")[0] for word in rest if word.startswith("--")} <= known
    assert not isinstance(command, click.Group) or not rest


def test_the_search_for_commands_finds_some() -> None:
    found = {" ".join(words) for words in _commands()}

    assert {"serve", "worker", "outbox retry --all-parked", "audit verify --json", "doctor"} <= found
    assert len(found) > 20


def _leaves(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_is_documented() -> None:
    missing = [
        name for name in _leaves(main) if f"scharnier {name}" not in DOCUMENT and name not in {"demo", "audit show"}
    ]
    assert missing == []


def test_the_settings_are_those_of_the_code_with_their_defaults() -> None:
    table = DOCUMENT.partition("## Settings")[2].partition("## Start")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    said = {
        name: default.strip()
        for names, values in rows
        for name, default in zip(re.findall(r"`([^`]+)`", names), values.split(","), strict=True)
    }

    fields = {field.alias: field.default for field in Settings.model_fields.values()}
    assert sorted(said) == sorted(str(alias) for alias in fields)
    for name, default in said.items():
        if default.startswith("`"):
            assert default.strip("`") == str(fields[name]), name


def _reasons() -> Iterator[str]:
    """Return every sentence with which the code says what is degraded, ``…`` for what is filled in."""
    services = (f"bot/services/{name}.py" for name in ("delivery", "escalation_clock", "timers"))
    for source in ("bot/app.py", *services):
        tree = ast.parse((ROOT / source).read_text())
        found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "degraded"]
        nodes = [node for function in found for part in function.body[1:] for node in ast.walk(part)]
        filled = [node.values for node in nodes if isinstance(node, ast.JoinedStr)]
        parts = {id(part) for values in filled for part in values}
        whole: list[list[ast.expr]] = [
            [node] for node in nodes if isinstance(node, ast.Constant) and id(node) not in parts
        ]
        for values in (*filled, *whole):
            said = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in values)
            if len(said.split()) > 3:
                yield said


def test_the_runbook_has_each_reason_of_readyz_and_no_other() -> None:
    table = DOCUMENT.partition("| `/readyz` says | Do |")[2].partition("\n\n")[0]
    said = re.findall(r'^\| "([^"]+)"', table, re.MULTILINE)
    reasons = list(_reasons())

    assert len(said) >= 8
    assert [one for one in said if not any(one in reason for reason in reasons)] == []
    assert [reason for reason in reasons if not any(one in reason for one in said)] == []


def test_each_finding_of_the_doctor_in_the_runbook_is_one_that_the_code_says() -> None:
    code = (ROOT / "bot/doctor.py").read_text()
    table = DOCUMENT.partition("| The doctor says | Do |\n|---|---|\n")[2].partition("\n\n")[0]
    firsts = [line.split("|")[1] for line in table.splitlines()]
    things = [thing for first in firsts for thing in re.findall(r"[✗!] ((?!or)[a-z][a-z-]*(?: token| folder)?)", first)]

    assert len(things) >= 10
    assert [thing for thing in things if f'"{thing}"' not in code] == []


def test_the_figures_are_documented() -> None:
    code = (ROOT / "handlers/metrics.py").read_text()

    assert set(re.findall(r'"(scharnier_\w+)"', code)) == set(re.findall(r"`(scharnier_\w+)`", DOCUMENT))


def test_every_file_that_is_linked_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", DOCUMENT)

    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


# Deployment


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_reads_as_systemd_reads_it(unit: Path, tmp_path: Path) -> None:
    lines = [line for line in unit.read_text().replace("\\\n", " ").splitlines() if line and line[0] not in "#;"]
    assert [line for line in lines if not re.fullmatch(r"\[\w+\]|[A-Z]\w+=.*", line)] == []
    if shutil.which("systemd-analyze") is None:
        return
    # The paths are those of the machine it will run on.
    for path in UNITS:
        here = re.sub(r"/opt/scharnier/\S*/scharnier\b", "/bin/true", path.read_text())
        (tmp_path / path.name).write_text(here.replace("EnvironmentFile=", "EnvironmentFile=-"))
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / unit.name], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_restarts_keeps_its_data_private_and_ends_after_the_server_does() -> None:
    from bot import cli

    unit = dict(
        line.split("=", 1)
        for line in (ROOT / "deploy/scharnier.service").read_text().splitlines()
        if "=" in line and not line.startswith("#")
    )

    assert unit["Restart"] == "always"
    assert (unit["UMask"], unit["StateDirectoryMode"]) == ("0077", "0700")
    assert int(unit["TimeoutStopSec"]) > cli._END_SECONDS


def test_the_container_copies_what_is_there_installs_what_exists_and_starts_a_command() -> None:
    text = (ROOT / "deploy/Containerfile").read_text().replace("\\\n", " ")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    copied = [
        name
        for line in text.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]

    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= set(copied)
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]) <= set(copied)
    extras = re.search(r"'\.\[([\w,]+)\]'", text)
    assert extras
    assert set(extras[1].split(",")) <= set(project["project"]["optional-dependencies"])
    assert 'ENTRYPOINT ["scharnier"]' in text
    assert re.findall(r'^CMD \["(\w+)"\]', text, re.MULTILINE) == ["serve"]
    assert re.findall(r"^USER (\w+)", text, re.MULTILINE) == ["scharnier"]


def test_the_pins_of_the_container_are_the_lock_file_without_its_hashes() -> None:
    program = re.search(r"sed -E (.*?) requirements\.lock", (ROOT / "deploy/Containerfile").read_text())
    assert program
    done = subprocess.run(
        ["sed", "-E", *shlex.split(program[1]), ROOT / "requirements.lock"], capture_output=True, text=True, check=True
    )

    pins = done.stdout.splitlines()
    assert [pin for pin in pins if not re.fullmatch(r"[\w.\[\],-]+==[\w.!+-]+( ; .+)?", pin)] == []
    assert {"slack-bolt", "sqlalchemy", "psycopg"} <= {re.split(r"[=\[]", pin)[0] for pin in pins}
