"""The verbs of the command line; each module imports what is heavy inside its functions."""
