"""Published form versions: publishing them and handing them out."""
