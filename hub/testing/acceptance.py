"""Tells `hub plugins verify` how a plugin's tests went: `pytest -p hub.testing.acceptance --acceptance FILE`."""

from pathlib import Path

import msgspec
import pytest


class RanTest(msgspec.Struct, frozen=True, kw_only=True):
    """One test, as it ended."""

    name: str
    contract: str = ""
    """Of a test that a contract brings: the plugin's module that it was proven of."""
    kind: str = ""
    replaced: bool = False
    """The plugin has put a test of its own in the place of the contract's."""
    outcome: str
    seconds: float
    why: str = ""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--acceptance", metavar="FILE", type=Path, help="Write here how each test went.")


def pytest_configure(config: pytest.Config) -> None:
    if (file := config.getoption("--acceptance")) is not None:
        config.pluginmanager.register(_Acceptance(file))


class _Acceptance:
    """Collects while the tests run, and writes at their end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ran: list[RanTest] = []
        self._of: dict[str, tuple[str, str, bool]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from hub.testing.contracts.plugin import PluginContract

        for item in session.items:
            owner = getattr(item, "cls", None)
            if owner is None or not issubclass(owner, PluginContract):
                continue
            # What a subclass adds is its own test; what the contract brings is known by its name.
            name = getattr(item, "originalname", item.name)
            brings = [base for base in owner.__mro__ if name in vars(base)]
            if brings and brings[-1].__module__.startswith("hub.testing."):
                self._of[item.nodeid] = (owner.module, owner.kind, brings[0] is not brings[-1])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        contract, kind, replaced = self._of.get(report.nodeid, ("", "", False))
        self._ran.append(
            RanTest(
                name=report.nodeid.partition("::")[2],
                contract=contract,
                kind=kind,
                replaced=replaced,
                outcome=report.outcome,
                seconds=round(report.duration, 3),
                why=str(report.longrepr).strip().rpartition("\n")[2][:300] if report.outcome != "passed" else "",
            )
        )

    def pytest_sessionfinish(self) -> None:
        self._file.write_bytes(msgspec.json.encode(self._ran))
