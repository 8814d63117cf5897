"""`python -m console` is `touchstone`."""

import sys

from console.cli import main

sys.exit(main())
