"""Metrics on the command line: what Prometheus reads, and the token that it reads it with."""

from typing import Annotated

import typer

from hub.cli.options import HERE, SiteOption
from hub.cli.output import run, say
from hub.locale import _

metrics_app = typer.Typer(no_args_is_help=True, help="Metrics for Prometheus.")


@metrics_app.command("show")
def show(site: SiteOption = HERE) -> None:
    """Print the metrics of the hub that runs here, such as for the text files that node_exporter collects."""

    async def work() -> str:
        from hub.client.http import find_hub
        from hub.client.metrics import metrics

        return await metrics(find_hub(site))

    print(run(work), end="")


@metrics_app.command("token")
def token(
    site: SiteOption = HERE,
    revoke: Annotated[bool, typer.Option("--revoke", help="Make none; the one there was counts no more.")] = False,
) -> None:
    """Make the token with which Prometheus reads `/metrics` over TCP, and print it once.

    The token made before counts no more, at once. It opens nothing but the metrics.
    """

    async def work() -> str | bool:
        from hub.config.load import load_site
        from hub.server.metrics.token import make_token, revoke_token

        data = load_site(site).data_folder
        return revoke_token(data) if revoke else make_token(data)

    match run(work):
        case str() as made:
            print(made)
        case True:
            say(_("The token counts no more."))
        case _:
            say(_("There was no token."))
