"""What can go wrong while publishing, each said so that whoever runs the house can mend it."""

from __future__ import annotations


class PublishError(Exception):
    """A snapshot was not published, switched, saved or brought back; the current one is untouched."""


class NothingPublished(PublishError):
    """No snapshot exists yet where one is needed."""


class NoSpace(PublishError):
    """The disk cannot hold what is about to be written."""


class SnapshotRefused(PublishError):
    """A written snapshot broke its contract. `problems` lists every broken promise, not only the first."""

    def __init__(self, snapshot_id: str, problems: list[str]) -> None:
        self.snapshot_id = snapshot_id
        self.problems = tuple(problems)
        shown = "; ".join(problems[:5]) + (f"; and {len(problems) - 5} more" if len(problems) > 5 else "")
        super().__init__(f"snapshot {snapshot_id} was not published: {shown}")
