"""The formats statistics come in, read from bytes: json-stat, px, SDMX-CSV, CSV and Excel."""
