"""The one error type: a stable code, an HTTP status, and a sentence in every language."""

from typing import Final

from schemas.wire import Wire
from schemas.wording import say

STATUS: Final[dict[str, int]] = {
    "bad_request": 400,
    "malformed_json": 400,
    "invalid_request": 422,
    "too_large": 413,
    "too_slow": 408,
    "too_many_at_once": 429,
    "not_signed_in": 401,
    "wrong_credentials": 401,
    "own_mandate": 403,
    "invalid_mandate": 422,
    "unknown_mandate": 404,
    "weak_password": 422,
    "guessable_password": 422,
    "passwords_differ": 422,
    "wrong_present_password": 422,
    "second_factor_needed": 403,
    "second_factor_in_use": 409,
    "second_factor_missing": 409,
    "second_factor_locked": 403,
    "second_factor_unreadable": 409,
    "wrong_code": 422,
    "wrong_factor_password": 422,
    "invalid_username": 422,
    "username_taken": 409,
    "unknown_user": 404,
    "too_many_attempts": 429,
    "not_allowed": 403,
    "cross_site": 403,
    "cookie_missing": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "form_file_kind": 415,
    "form_file_unreadable": 422,
    "form_file_suspicious": 422,
    "form_file_far_cell": 422,
    "form_file_too_large": 413,
    "form_version_taken": 409,
    "round_exists": 409,
    "round_ends_before_it_starts": 422,
    "unknown_round": 404,
    "unit_file_column": 422,
    "unit_file_refused": 422,
    "unknown_unit": 404,
    "unit_is_merged": 409,
    "unit_is_closed": 409,
    "units_not_mergeable": 422,
    "visit_code_taken": 409,
    "margins_refused": 422,
    "import_refused": 422,
    "visit_file_unreadable": 422,
    "visit_file_column": 422,
    "visit_file_row": 422,
    "visit_weight_missing": 422,
    "nothing_to_export": 404,
    "reason_missing": 422,
    "record_moved_on": 409,
    "nothing_to_settle": 409,
    "unknown_code": 422,
    "split_not_offered": 422,
    "unknown_province": 422,
    "no_ranks_of_purposive_rounds": 422,
    "one_round_only": 422,
    "attachment_unknown": 404,
    "attachment_gap": 409,
    "attachment_damaged": 422,
    "attachment_kind": 415,
    "attachment_too_large": 413,
    "attachment_too_many_pixels": 413,
    "too_many_unfinished": 429,
    "too_many_records": 429,
    "setting_no_number": 500,
    "setting_no_choice": 500,
    "busy": 503,
    "storage_full": 507,
    "unexpected": 500,
}
"""HTTP status of every problem code; the sentence stands in messages/problems.json."""


class ProblemDetails(Wire):
    """A problem on the wire, after RFC 9457; ``code`` is stable, ``title`` is for people."""

    code: str
    status: int
    title: str


class Problem(Exception):  # noqa: N818  RFC 9457 calls it a problem
    """Something a caller did wrong or must know. Raised anywhere, answered by one handler."""

    def __init__(self, code: str, /, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def status(self) -> int:
        """HTTP status."""
        return STATUS[self.code]

    def said(self, language: str) -> str:
        """The sentence in ``language``."""
        return say(f"problems.{self.code}", language, **self.details)

    def on_the_wire(self, language: str) -> ProblemDetails:
        """What an API client receives."""
        return ProblemDetails(code=self.code, status=self.status, title=self.said(language))
