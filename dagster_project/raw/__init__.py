"""Landing, loading and extracting of source tables; the only room that writes `raw_*` schemas."""
