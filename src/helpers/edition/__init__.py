"""Studies and chapters in, a published site out: plan, execute, build, export, publish."""
