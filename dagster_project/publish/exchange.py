"""Exchanging folders of the house for others so that a kill at any moment loses none of the old ones."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

_KEPT = ".replaced-"
_STAGED = (".restore-", ".backup-")


def recover(data_root: Path, targets: Mapping[str, Path]) -> tuple[str, ...]:
    """The parts that a killed restore had taken away and that are back in their places now.

    `targets` says where a part lies by its name. A part that has been exchanged already stays, and so does
    what it replaced, until `forget`. Staged files of killed runs are removed. Needs the refresh lock.
    """
    put_back = []
    for kept in sorted(data_root.glob(f"{_KEPT}*"), reverse=True):
        for name, target in targets.items():
            if (kept / name).is_dir() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                (kept / name).rename(target)
                put_back.append(name)
    for prefix in _STAGED:
        for folder in data_root.glob(f"{prefix}*"):
            shutil.rmtree(folder)
    return tuple(put_back)


def kept_names(data_root: Path, parent: str) -> tuple[str, ...]:
    """Names of the parts `parent/…` that killed restores have taken away."""
    return tuple(
        f"{parent}/{folder.name}"
        for folder in sorted(data_root.glob(f"{_KEPT}*/{parent}/*"))
        if folder.is_dir()
    )


def exchange(data_root: Path, sources: Mapping[str, Path], targets: Mapping[str, Path]) -> Path:
    """The folder that keeps what stood in the targets, after every source has taken its target's place.

    Raises: OSError after everything exchanged so far has been taken back (`take_back`).
    """
    kept = _next_folder(data_root)
    try:
        for name, source in sources.items():
            target = targets[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                (kept / name).parent.mkdir(parents=True, exist_ok=True)
                target.rename(kept / name)
            source.rename(target)
    except BaseException:
        take_back(kept, sources, targets)
        raise
    return kept


def _next_folder(data_root: Path) -> Path:
    """A new folder whose name sorts after those of earlier exchanges: what stood last is put back first."""
    numbers = [int(folder.name.removeprefix(_KEPT)) for folder in data_root.glob(f"{_KEPT}*")]
    folder = data_root / f"{_KEPT}{max(numbers, default=0) + 1:06d}"
    folder.mkdir()
    return folder


def take_back(kept: Path, sources: Mapping[str, Path], targets: Mapping[str, Path]) -> None:
    """Undo `exchange`, also a half one: new parts go back to `sources`, old ones to their targets."""
    for name, source in sources.items():
        target = targets[name]
        if not source.exists() and target.exists():
            target.rename(source)
        if (kept / name).exists():
            (kept / name).rename(target)
    shutil.rmtree(kept)


def forget(data_root: Path) -> None:
    """Remove everything that exchanges have replaced: the restore is done."""
    for kept in data_root.glob(f"{_KEPT}*"):
        shutil.rmtree(kept)
