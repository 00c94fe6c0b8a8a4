"""`kuntaluotsi docs`: dbt's own pages, from source to page, built and served without network."""

from __future__ import annotations

import click

from dagster_project.commands.output import say

DEFAULT_PORT = 8088


@click.command()
@click.option("--no-serve", is_flag=True, help="Build the page and end; the dashboards link to it.")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True)
def docs(no_serve: bool, port: int) -> None:
    """Build dbt's pages (every table, column and its lineage) as one file, and serve it until Ctrl-C.

    Once built, the data dictionary of the dashboards links to it.
    """
    from dagster_project.running.lineage_page import build_lineage_page, serve_page
    from dagster_project.settings import Settings

    settings = Settings()
    page = build_lineage_page(settings, say=lambda text: click.echo(text, err=True))
    say(f"{page}: {page.stat().st_size / 1e6:.1f} MB")
    if not no_serve:
        serve_page(page, settings.bind_address, port, lambda url: say(f"{url} until Ctrl-C"))
