"""The municipality's own data: templates, the inbox, checks, landing and loading."""
