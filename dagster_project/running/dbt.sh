#!/bin/sh
# dbt, killed by the kernel when the refresh that started it dies, so that the warehouse is free again at once.
exec "$KUNTALUOTSI_PYTHON" -I -S "$(dirname "$0")/tethered.py" SIGKILL "$KUNTALUOTSI_DBT" "$@"
