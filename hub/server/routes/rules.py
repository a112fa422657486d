"""One rule, what became of it and its cases; the rule files on disk; the variables. Turning a rule off is a command."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.client.rules import CaseView, RuleAccount, RuleDetail, RuleFiles, VariableView
from hub.server.answers import Json, gives
from hub.server.reading import may_hear_of, rule_for
from hub.server.services import Hub, SignedIn

LONGEST_H = 168.0

RuleId = Annotated[str, Path(max_length=100)]


def routes() -> APIRouter:
    router = APIRouter(tags=["rules"])

    @router.get(
        "/rules/{rule}",
        summary="One rule in force",
        responses=gives(RuleDetail, "What it says, and what it decided last.", 401, 404, 422, 503),
    )
    async def rule(rule: RuleId, hub: Hub, caller: SignedIn) -> Response:
        return Json(await rule_for(hub.backend, hub.concerns, caller.account, rule))

    @router.get(
        "/rules/{rule}/account",
        summary="What became of a rule",
        description=(
            "The journal of the last hours under the rule in force: each time it fired, and each time it did not and "
            "what kept it. What the caller may not see is left out."
        ),
        responses=gives(RuleAccount, "Counted and grouped, newest first.", 401, 404, 422, 503),
    )
    async def account(
        rule: RuleId,
        hub: Hub,
        caller: SignedIn,
        hours: Annotated[float, Query(gt=0, le=LONGEST_H, description="How far back.")] = 24.0,
    ) -> Response:
        told = may_hear_of(caller.account, hub.backend.state())
        return Json(await hub.backend.rule_account(rule, hours, told))

    @router.get(
        "/rules/{rule}/cases",
        summary="Run the cases of a rule",
        responses=gives(list[CaseView], "The cases that name it, as the files are now.", 401, 422, 503),
    )
    async def cases(rule: RuleId, hub: Hub, caller: SignedIn) -> Response:
        return Json(await hub.backend.rule_cases(rule))

    @router.get(
        "/rule-files",
        summary="Check the rule files",
        responses=gives(RuleFiles, "The files on disk, with every problem.", 401, 503),
    )
    async def rule_files(hub: Hub, caller: SignedIn) -> Response:
        return Json(await hub.backend.rule_files())

    @router.get(
        "/variables",
        summary="The variables of the rules",
        responses=gives(list[VariableView], "Each with what it holds.", 401, 503),
    )
    async def variables(hub: Hub, caller: SignedIn) -> Response:
        return Json(list(hub.backend.variables()))

    return router
