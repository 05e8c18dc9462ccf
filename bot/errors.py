"""What keeps a command from doing its work, for reasons outside the program."""


class UnusableError(Exception):
    """A setting, a file or a key is missing or wrong; the message is one line for the person who runs the bot."""
