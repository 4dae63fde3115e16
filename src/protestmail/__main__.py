"""``python -m protestmail``."""

from protestmail.cli import main

if __name__ == "__main__":
    main()
