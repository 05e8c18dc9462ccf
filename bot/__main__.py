"""``python -m bot`` is the command ``orientasoin``."""

from bot.cli import main

main()
