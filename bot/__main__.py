"""``python -m bot``: the same as ``scharnier``."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="scharnier")
