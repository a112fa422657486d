"""Rule files on the command line: checking them, and beginning one from a template. Needs no running hub."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, fail, say, telling_errors
from hub.errors import SiteError
from hub.locale import _, told
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.config.problems import Problem
    from hub.config.rules.file import RuleSet

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)


def check(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER|FILE]", help="A site's folder, or one rule file; else the site.")
    ] = None,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Check the rules, and the roster, rounds and calendar beside them. Every problem at once; exit code 2 when one
    is an error.

    A file that lies elsewhere is checked as if it lay in the site's rules/.
    """
    from hub.config.problems import errors_of

    folder, file = _place(path, _site(context, site))
    with telling_errors():
        rules, problems, files = _checked(folder, file)
    errors = errors_of(problems)
    if json:
        told_of = [problem.as_data() for problem in problems]
        as_json({"ok": not errors, "problems": told_of, "rules": len(rules), "files": files})
    else:
        for number, problem in enumerate(problems):
            if number and problem.file != problems[number - 1].file:
                print()
            print(problem)
        if not problems:
            say(_("All is well."))
        say(
            _("Checked rules: {rules}, in files: {files}. Errors: {errors}, warnings: {warnings}.").format(
                rules=len(rules), files=files, errors=len(errors), warnings=len(problems) - len(errors)
            )
        )
    if errors:
        raise SystemExit(int(Exit.BAD_INPUT))


def new(
    context: typer.Context,
    template: Annotated[str, typer.Argument(help="Name of the template, as --list shows it.")] = "",
    rule_id: Annotated[str, typer.Option("--id", help="The new rule's id.")] = "",
    camera: Annotated[list[str] | None, typer.Option(help="Only these cameras; may be given several times.")] = None,
    area: Annotated[str, typer.Option(help="The area, for templates that are about one.")] = "",
    out: Annotated[Path | None, typer.Option(help="The file to write; else rules/ID.toml of the site.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Show the templates.")] = False,
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Begin a rule from a template. Writes a new file that `hub rules check` accepts, and never over another."""
    from hub.config.problems import did_you_mean
    from hub.config.rules.templates import filled, templates
    from hub.errors import ConfigError

    with telling_errors():
        there = templates()
        if list_ or not template:
            _list(list(there.values()), json)
            return
        if template not in there:
            raise SiteError(
                _("There is no template {name}.").format(name=template[:100]),
                hint=told(did_you_mean(template, there)) or _("There are: {names}.").format(names=", ".join(there)),
            )
        name = _named(rule_id)
        folder = _site(context, site)
        known, texts = _read(folder)
        text = filled(there[template], name, known, cameras=camera or (), area=area)
        target = out if out is not None else folder / "rules" / f"{name}.toml"
        if problems := _problems_of(text, f"rules/{target.name}", texts, known):
            raise ConfigError(problems)
        _write(target, text)
    if json:
        as_json({"rule": name, "file": str(target)})
    else:
        say(_("wrote {path}").format(path=target))
        say(_("Next: change it as you like, then {check}.").format(check="hub rules check"))


def _site(context: typer.Context, site: Path) -> Path:
    """The site that was named, with this command or with `hub rules`."""
    given: Any = context.obj
    return given[0] if site == HERE and isinstance(given, tuple) else site


def _place(path: Path | None, site: Path) -> tuple[Path, Path | None]:
    """The site's folder, and the one file that is asked about."""
    if path is None:
        return site, None
    if not path.exists():
        fail(SiteError(_("There is no file or folder {path}.").format(path=path)))
    inside = path.resolve() if path.is_dir() else path.resolve().parent
    own = next((each for each in (inside, inside.parent) if (each / "hub.toml").exists()), None)
    return own or site, None if path.is_dir() else path


def _read(folder: Path) -> tuple[Any, dict[str, str]]:
    """What rules of the site may name, and the texts of its rule files."""
    from hub.clock import SystemClock
    from hub.config.load import load_site
    from hub.config.load_known import load_known
    from hub.config.rules.file import read_folder

    known, _problems = load_known(folder, load_site(folder), SystemClock().now().date())
    return known, read_folder(folder)[0]


def _checked(folder: Path, file: Path | None) -> "tuple[list[Any], list[Problem], int]":
    """The rules and problems of the site, or of the one file in it; and how many files were looked at."""
    from hub.clock import SystemClock
    from hub.config.load import load_site
    from hub.config.load_known import load_known
    from hub.config.problems import in_order
    from hub.config.read import read_text
    from hub.config.rules.file import is_rule_file, parse_folder, read_folder
    from hub.config.rules.folder import unused_routes
    from hub.runtime.parts import load_plugins

    config = load_site(folder)
    notifiers = load_plugins(folder, config).notifiers
    known, beside = load_known(folder, config, SystemClock().now().date(), notifiers=notifiers)
    texts, unread = read_folder(folder)
    if file is None:
        found = parse_folder(texts, known, unread)
        problems = [problem for each in found.problems.values() for problem in each]
        routes = unused_routes(found.rules, config) if not found.broken and not found.waiting else []
        return list(found.rules), in_order([*routes, *problems, *beside]), len(texts)
    name = f"rules/{file.name}"
    if not is_rule_file(file.name):
        return [], [problem for problem in beside if problem.file == name], 1
    text, problems = read_text(file, name)
    if problems:
        return [], problems, 1
    found = parse_folder({**texts, name: text}, known, [problem for problem in unread if problem.file != name])
    return list(found.files.get(name, ())), list(found.problems.get(name, ())), 1


def _problems_of(text: str, file: str, texts: dict[str, str], known: Any) -> "list[Problem]":
    """What would be wrong with a new file in the folder."""
    from hub.config.problems import errors_of
    from hub.config.rules.file import parse_folder

    found: RuleSet = parse_folder({**texts, file: text}, known)
    return errors_of(found.problems.get(file, ()))


def _named(rule_id: str) -> str:
    if not rule_id and sys.stdin.isatty():
        rule_id = typer.prompt(_("Id of the new rule"), err=True)
    if not _ID.fullmatch(rule_id):
        raise SiteError(
            _("The rule needs an id: lower-case letters, digits, '-' and '_', at most 63."),
            hint=_("Such as {example}.").format(example="--id gate-covered"),
        )
    return rule_id


def _list(templates: list[Any], json: bool) -> None:
    if json:
        as_json([{"template": template.name, "title": template.title} for template in templates])
        return
    as_table([_("template"), _("what it is")], ((each.name, words(each.title)) for each in templates), empty="")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise SiteError(
            _("There is a file {path} already.").format(path=path), hint=_("Choose another with --out, or another id.")
        ) from None
    except OSError as error:
        raise SiteError(
            _("{path} cannot be written: {reason}.").format(path=path, reason=error.strerror or type(error).__name__)
        ) from error
