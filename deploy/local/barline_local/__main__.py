"""`python -m barline_local` runs everything."""

import sys

from barline_local.launch import main

sys.exit(main())
