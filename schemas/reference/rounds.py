"""How a round stands, and how its respondents are chosen, which decides what it may claim."""

from typing import Literal

RoundStatus = Literal["planned", "open", "closed"]
SelectionMode = Literal["probability", "systematic_exit", "quota", "purposive"]
