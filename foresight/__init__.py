"""Population foresight: a pure engine on numpy. No files, no clock, no database, no unseeded randomness."""

from foresight.project import ENGINE_VERSION, Projection, project

__all__ = ["ENGINE_VERSION", "Projection", "project"]
