"""The tests: a folder for each room of `coder`, `house` for the repository as a whole, `support` for what they share."""
