"""What was checked of a source table before its figures were let in, and how it ended."""

from __future__ import annotations

from dash import html

from contract.locale_formats import moment
from contract.messages import has_message
from contract.snapshot import SourceStatus
from dashboards.context import RequestContext
from dashboards.data.records import Source

STEWARD_LANGUAGE = "en"
"""The gate writes what it expected and saw for the steward, in English."""


def verdict(context: RequestContext, status: SourceStatus | None, *, is_own: bool = False) -> list[object]:
    """Sign, word and count of checks: in order, stale, or not checked."""
    if status is None:
        word = "checked_on_receipt" if is_own else "no_checks"
        return [_sign("good" if is_own else "unknown"), context.text(f"data.sources.{word}")]
    passed = sum(1 for check in status.checks if check.passed)
    in_order = not status.stale and passed == len(status.checks)
    word = context.text(f"data.sources.{'ok' if in_order else 'stale'}")
    counted = (
        context.text("data.sources.checks_passed", passed=passed, total=len(status.checks))
        if status.checks and (status.last_error is None or status.last_error.kind == "gate_failed")
        else context.text("data.sources.earlier_figures")
        if status.stale
        else context.text("data.sources.no_checks")
    )
    return [
        _sign("good" if in_order else "watch"),
        word,
        html.Span(counted, className="quiet small block"),
    ]


def _sign(status: str) -> html.Span:
    return html.Span(className=f"sign {status}", **{"aria-hidden": "true"})


def source_checks(context: RequestContext, source: Source, status: SourceStatus) -> html.Details:
    """One source's newest checks and error; open when something failed."""
    failed = status.stale or any(not check.passed for check in status.checks)
    return html.Details(
        [
            html.Summary([html.Span(source.title(context.language)), " ", *verdict(context, status)]),
            _error_words(context, status),
            _check_table(context, source, status) if status.checks else None,
        ],
        open=failed,
        className="checks",
    )


def _error_words(context: RequestContext, status: SourceStatus) -> html.P | None:
    error = status.last_error
    if error is None:
        return None
    said = context.text(
        "data.checks.error", time=moment(error.at, context.language), message=error.message.rstrip(".") + "."
    )
    then = context.text("data.checks.retried" if error.transient else "data.checks.not_retried")
    return html.P(f"{said} {then}")


def _check_name(context: RequestContext, name: str) -> str:
    """The check in the reader's words; a check added since is shown by its own name."""
    key = f"data.check.{name}"
    return context.text(key) if has_message(context.language, key) else name.replace("_", " ")


def _check_table(context: RequestContext, source: Source, status: SourceStatus) -> html.Div:
    heads = ("check", "outcome", "expected", "observed")
    caption = f"{context.text('data.checks.title')}: {source.title(context.language)}"
    rows = [
        html.Tr(
            [
                html.Th(_check_name(context, check.name), scope="row"),
                html.Td(
                    [
                        _sign("good" if check.passed else "bad"),
                        context.text(f"data.checks.{'passed' if check.passed else 'failed'}"),
                    ]
                ),
                html.Td(check.expected, lang=STEWARD_LANGUAGE),
                html.Td(check.observed, lang=STEWARD_LANGUAGE),
            ]
        )
        for check in status.checks
    ]
    table = html.Table(
        [
            html.Caption(caption, className="hidden"),
            html.Thead(
                html.Tr([html.Th(context.text(f"data.checks.{head}"), scope="col") for head in heads])
            ),
            html.Tbody(rows),
        ]
    )
    return html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": caption})
