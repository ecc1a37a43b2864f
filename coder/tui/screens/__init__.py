"""One module per screen; screens compose, forward and show."""
