"""What question types have in common, for everybody who treats several of them alike."""

from typing import Final

from schemas.forms.definition import QuestionType

CIRCUMSTANCES: Final[frozenset[QuestionType]] = frozenset({"start", "end", "today", "deviceid"})
"""The tablet notes them by itself."""
WORKINGS: Final[frozenset[QuestionType]] = frozenset({"calculate", "hidden"})
"""Worked out of other answers, or carried along."""
UNSEEN: Final = CIRCUMSTANCES | WORKINGS
"""Nothing of them stands on the screen."""
CHOICES: Final[frozenset[QuestionType]] = frozenset({"select_one", "select_multiple", "rank"})
SEVERAL: Final = CHOICES - {"select_one"}
"""An answer is several codes with a blank between them."""
NUMBERS: Final[frozenset[QuestionType]] = frozenset({"integer", "decimal", "range"})
TELLING: Final = CIRCUMSTANCES | {"geopoint", "image", "signature", "file"}
"""An anonymous form cannot ask them: they lead to a person, a tablet or a moment."""
