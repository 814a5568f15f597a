"""How the records of an estimate were sampled, as ``izdes estimate`` takes it: docs/estimate.md."""

from typing import Any, Literal

from pydantic import Field, model_validator

from schemas.wire import Wire

Names = str | list[str]
Number = float | str
"""A number, or the column or expression that holds one per record."""

ALSO_CALLED = {
    "ids": "psu",
    "id": "psu",
    "clusters": "psu",
    "type": "method",
    "repweights": "rep_weights",
    "combined.weights": "combined_weights",
    "fay": "rho",
    "fay_rho": "rho",
    "fay.rho": "rho",
    "fay_coef": "rho",
    "lonely.psu": "lonely_psu",
    "domain_lonely": "lonely_domains",
    "adjust_domain_lonely": "lonely_domains",
    "adjust.domain.lonely": "lonely_domains",
}
"""Names of the same entries in R, samplics and svy."""


class Design(Wire):
    """What every design has in common: nothing that is not written down here is taken."""


class Sampling(Design):
    """A sampling design: strata, stages, weights, corrections, replicate weights."""

    strata: Names | None = None
    psu: Names | float | None = None
    weights: Number | None = None
    fpc: Names | float | None = None
    nest: bool | None = None
    lonely_psu: Literal["adjust", "remove", "certainty", "average", "fail"] | None = None
    lonely_domains: bool | None = None
    rep_weights: Names | None = None
    combined_weights: bool | None = None
    method: str | None = None
    scale: float | None = None
    rscales: float | list[float] | None = None
    rho: float | None = Field(default=None, ge=0, lt=1)
    mse: bool | None = None
    replicates: int | None = Field(default=None, ge=2)
    seed: int | None = Field(default=None, ge=0)

    @model_validator(mode="before")
    @classmethod
    def in_our_words(cls, given: Any) -> Any:
        """Take the names other programs give the same entries."""
        if not isinstance(given, dict):
            return given
        # Given twice, under both names, the other name stays and is refused.
        return {
            name if ALSO_CALLED.get(name, name) in given else ALSO_CALLED.get(name, name): value
            for name, value in given.items()
        }


class Counted(Sampling):
    """A sampling design, or a table of frequencies: every row stands for ``freq`` like records."""

    freq: str | None = None


class Undesigned(Design):
    """For what looks at records one by one, or at models that take no weights: no design at all."""


class Direct(Design):
    """Domains whose population sizes are known."""

    weights: Number | None = None
    domain: str | None = None
    domsize: str | None = None
    replace: bool | None = None


class Areas(Design):
    """Areas, each with its direct estimate and the sampling variance of that."""

    area: str | None = None
    y: str | None = None
    vardir: Number | None = None
    drop_row: int | list[int] | None = None


class AreaRecords(Design):
    """Records in areas, sampled in a way that does not depend on the answers."""

    area: str
    drop_row: int | list[int] | None = None


class Listed(Design):
    """A list of figures, of which rows may be left out."""

    area: str | None = None
    drop_row: int | list[int] | None = None
