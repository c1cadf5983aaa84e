"""The Rasa assistant of Kesu: understanding and dialogue; the skills themselves live in `actions/`.

Importing it lets the pinned NumPy and SciPy compute as fast as the processor can: see `bot.processor`.
"""

import os

from bot.processor import use_all_of_it

use_all_of_it(os.environ)
