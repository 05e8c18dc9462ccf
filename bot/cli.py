"""The command line: ``orientasoin``."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """OrientaSoin."""


if __name__ == "__main__":
    main()
