"""Where a claim comes from, and how far its review has come."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from charley.documents.model import Day, Frozen, Text, misplaced

__all__ = ["Citation", "Evidence", "Review"]

_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Evidence(Frozen):
    """Where a claim comes from.

    `kind` is about the claim. `verified`: the statement was seen in the cited source. `recalled`: general
    knowledge, not confirmed. `judgement`: clinical reasoning without a source. `number` is about the size of
    the weight. `seen`: the likelihood ratio used was seen in the source; otherwise as above. `interval` is
    the published confidence interval of the likelihood ratio used.
    """

    kind: Literal["verified", "recalled", "judgement"]
    number: Literal["seen", "recalled", "judgement"] | None = None
    citations: tuple[str, ...] = ()
    figure: Text | None = None
    interval: tuple[_Number, _Number] | None = None
    note: Text | None = None

    @property
    def marks(self) -> str:
        """What was seen of the claim, and apart from it of its number: `claim seen, number judgement`."""
        claim = "seen" if self.kind == "verified" else self.kind
        return f"claim {claim}" if self.number is None else f"claim {claim}, number {self.number}"

    @property
    def number_seen(self) -> Literal["seen", "recalled", "judgement"]:
        """What was seen of the size of a weight. Of a number without a mark, no more than of its claim;
        and that a claim was seen says nothing of its number.
        """
        return self.number or ("judgement" if self.kind == "verified" else self.kind)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.interval is not None and not 0 < self.interval[0] < self.interval[1]:
            message = "`interval` goes from the lower to the higher likelihood ratio, both above 0"
            raise misplaced(message, "interval", help="correct it")
        return self


class Review(Frozen):
    """How far human review has come, and until when it holds.

    That something is approved, by whom and when, comes from its approvals only (`charley.rules.signoff`); a
    file that says so by itself is refused.
    """

    status: Literal["submitted", "under_review", "approved"] = "submitted"
    author: Text | None = None
    date: Day | None = None
    reviewers: tuple[str, ...] = ()
    reviewed: Day | None = None
    review_by: Day | None = None


class Citation(Frozen):
    """A reference, and what was seen of it."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
    source: Text
    authors: Text | None = None
    title: Text | None = None
    year: Annotated[int, Field(strict=True)] | None = None
    pages: Text | None = None
    pmid: str | None = None
    pmcid: str | None = None
    doi: str | None = None
    url: str | None = None
    seen: Literal["verified", "recalled"]
    note: Text | None = None

    def __str__(self) -> str:
        parts = [self.authors, self.title, self.source, str(self.year or ""), self.pages]
        numbers = [("PMID", self.pmid), ("PMCID", self.pmcid), ("doi", self.doi)]
        text = ". ".join(part.rstrip(".") for part in parts if part)
        return ". ".join([text, *(f"{name} {number}" for name, number in numbers if number)]) + "."
