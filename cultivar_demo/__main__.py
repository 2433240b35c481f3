"""``python -m cultivar_demo`` is the command ``cultivar-demo``."""

import sys

from cultivar_demo.cli import main

if __name__ == "__main__":
    sys.exit(main())
