"""What XLSForm knows and İZDES does not, so that a remark can say so instead of "unknown"."""

from difflib import get_close_matches
from typing import Final

TYPES: Final[dict[str, str]] = {
    **dict.fromkeys(("audio", "video", "background-audio"), "elsewhere_recording"),
    **dict.fromkeys(("geotrace", "geoshape", "start-geopoint", "osm"), "elsewhere_place"),
    **dict.fromkeys(
        ("select_one_from_file", "select_multiple_from_file", "select_one_external"),
        "elsewhere_list_file",
    ),
    **dict.fromkeys(("csv-external", "xml-external"), "elsewhere_list_file"),
    **dict.fromkeys(("acknowledge", "trigger"), "elsewhere_acknowledge"),
    **dict.fromkeys(
        ("username", "email", "phonenumber", "phone_number", "subscriberid", "simserial", "imei"),
        "elsewhere_person",
    ),
    "audit": "elsewhere_audit",
}
"""Question type → why it is missing: a code of messages/forms.json."""

COLUMNS: Final = frozenset(
    {
        *("media", "image", "big-image", "audio", "video", "guidance_hint", "required_message"),
        *("trigger", "autoplay", "accuracythreshold", "rows", "count", "disabled", "save_to"),
        *("bind", "body", "control", "instance", "noapperrorstring", "requiredmsg", "intent"),
        *("note", "query", "random", "seed", "tags", "hxl", "sms_field", "compact_tag"),
    }
)
"""Columns of the survey sheet that change something in ODK and nothing here."""

SETTINGS: Final = frozenset(
    {
        *("form_id", "id_string", "version", "form_title", "title", "default_language"),
        "anonymous",
    }
)
"""Columns of the settings sheet that are read."""

FUNCTIONS: Final = frozenset(
    {
        *(
            "once",
            "randomize",
            "pulldata",
            "indexed-repeat",
            "position",
            "last",
            "name",
            "local-name",
        ),
        *(
            "substr",
            "substring",
            "substring-before",
            "substring-after",
            "translate",
            "normalize-space",
        ),
        *(
            "string-lower",
            "lower-case",
            "upper-case",
            "ends-with",
            "floor",
            "ceiling",
            "format-date",
        ),
        *("format-date-time", "date-time", "decimal-time", "count-non-empty", "count-if", "sum-if"),
        *("checklist", "weighted-checklist", "boolean", "boolean-from-string", "uuid", "digest"),
        *(
            "area",
            "distance",
            "geofence",
            "log",
            "log10",
            "exp",
            "exp10",
            "sqrt",
            "sin",
            "cos",
            "tan",
        ),
        *("asin", "acos", "atan", "atan2", "pi", "base64-decode", "extract-signed", "version"),
        *("current", "instance", "id", "concatenate", "len", "length", "date-string", "property"),
    }
)
"""Functions of ODK outside the closed list."""


def nearest(word: str, known: "list[str]") -> str:
    """The known word that was probably meant, blank if none is near."""
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.7)
    return found[0] if found else ""
