"""Projects of the user's own around the packaged workflow: `sws init` and `sws upgrade`."""
