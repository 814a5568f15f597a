"""Namespaces of an XForm."""

from typing import Final

NAMESPACES: Final = {
    "": "http://www.w3.org/2002/xforms",
    "h": "http://www.w3.org/1999/xhtml",
    "jr": "http://openrosa.org/javarosa",
    "odk": "http://www.opendatakit.org/xforms",
    "orx": "http://openrosa.org/xforms",
}
XF: Final = f"{{{NAMESPACES['']}}}"
HTML: Final = f"{{{NAMESPACES['h']}}}"
JR: Final = f"{{{NAMESPACES['jr']}}}"
ODK: Final = f"{{{NAMESPACES['odk']}}}"
ORX: Final = f"{{{NAMESPACES['orx']}}}"
