"""What comes through the door of a past version: corrections, conflicts, oddities, files."""

import json
import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from schemas.forms.flow import Questionnaire
from schemas.reference.geography import districts
from server.demo.interviews import FieldWork, spelled
from server.demo.plan import PlannedVisit
from server.forms.checking import compile_file

FORM = Path("schemas/definitions/A_vatandas_gorusme/survey.csv")
VISIT, OFFICER = "Z-06-V1", "vali"
BATCH = 100
PIECE = 16_384


@dataclass
class Office:
    """A signed-in officer's program, what it has sent, and what it was answered."""

    origin: str
    token: str = ""
    odd: list[dict[str, Any]] = field(default_factory=list)
    late: list[dict[str, Any]] = field(default_factory=list)

    def send(self, *envelopes: dict[str, Any]) -> list[dict[str, Any]]:
        """Send a batch; every record must get its receipt."""
        batch = {"device_id": "eski-tablet", "sent_at": now(), "submissions": envelopes}
        answer = self.ask("POST", "/api/v1/submissions", json.dumps(batch).encode())
        results: list[dict[str, Any]] = json.loads(answer)["results"]
        assert all(result["receipt"] for result in results), results
        return results

    def send_late(self) -> None:
        """Send what arrives after the segments were made."""
        self.send(*self.late)

    def send_all_again(self, understood: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send everything once more: a repeat gets the receipt of the first time."""
        everything = understood + self.odd
        pairs = []
        for start in range(0, len(everything), BATCH):
            again = everything[start : start + BATCH]
            for envelope, result in zip(again, self.send(*again), strict=True):
                assert result["status"] == "duplicate", result
                pairs.append({"envelope": envelope, "receipt": result["receipt"]})
        return pairs

    def attach(self, content: bytes, upto: int | None = None) -> None:
        """Send a file in pieces, or only the first bytes of it."""
        end = len(content) if upto is None else upto
        for start in range(0, end, PIECE):
            piece = content[start : min(start + PIECE, end)]
            said = {
                "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{len(content)}",
                "Content-Digest": f"sha-256=:{b64encode(sha256(piece).digest()).decode()}:",
            }
            self.ask("PUT", f"/api/v1/attachments/{digest(content)}", piece, said)

    def ask(self, method: str, path: str, body: bytes, also: dict[str, str] | None = None) -> bytes:
        """Ask the server; gives its answer."""
        place = urlsplit(self.origin)
        connection = HTTPConnection(place.hostname or "", place.port, timeout=120)
        headers = {
            "Content-Type": "application/json",
            "X-Izdes": "1",
            "Sec-Fetch-Site": "same-origin",
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, body, headers | (also or {}))
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (path, answer.status, text[:500])
        connection.close()
        return text


def fill(origin: str, *, password: str) -> Office:
    """Bring in records of every fate, as an officer's tablet would."""
    office = Office(origin)
    known = {"username": OFFICER, "password": password, "bearer": True}
    office.token = json.loads(office.ask("POST", "/api/v1/session", json.dumps(known).encode()))[
        "token"
    ]
    held = interviews(16)
    office.send(*map(enveloped, held))
    correct(office, held)
    office.odd = odd(held)
    office.send(*office.odd)
    bring_files(office, held)
    office.late = [enveloped(interview) for interview in interviews(6, seed=2)]
    # Corrects what the segments count already.
    office.late.append(corrected(held[5], 2, {"genel_oneri": "Sıra numarası verilmeli."}))
    return office


def correct(office: Office, held: list[dict[str, Any]]) -> None:
    """Correct some records, one twice, one out of order, two under the same revision."""
    for each in held[:4]:
        office.send(corrected(each, 2, {"genel_oneri": "Düzeltildi: bekleme kısalmalı."}))
    office.send(corrected(held[0], 3, {"genel_oneri": "Yeniden düzeltildi."}))
    office.send(corrected(held[4], 4, {"genel_oneri": "Önce dördüncü geldi."}))
    office.send(corrected(held[4], 3, {"genel_oneri": "Üçüncü sonra geldi."}))
    office.send(corrected(held[1], 2, {"genel_oneri": "Aynı sürüm, başka sözler."}))
    office.send(corrected(held[6], 1, {"genel_oneri": "İlk sürümün ikinci metni."}))


def odd(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make records that are whole and not understood."""
    unknown = enveloped(held[7] | {"form_id": "yok_boyle_form"}, number=901)
    garbled = enveloped("{ bu bir görüşme değil", number=902)
    differing = enveloped(held[8], number=903) | {"form_version": "1999010101"}
    return [unknown, garbled, differing]


def bring_files(office: Office, held: list[dict[str, Any]]) -> None:
    """Attach files: whole, in pieces, shared by two records, half sent, and never sent."""
    one, two, half, none = (picture(seed) for seed in range(4))
    first = enveloped(held[9], number=911) | {"attachments": [named(one), named(two)]}
    second = enveloped(held[10], number=912) | {"attachments": [named(one), named(half)]}
    third = enveloped(held[11], number=913) | {"attachments": [named(none)]}
    office.send(first, second, third)
    for content in (one, two):
        office.attach(content)
    office.attach(half, upto=PIECE)


def interviews(count: int, *, seed: int = 1) -> list[dict[str, Any]]:
    """Hold interviews of the citizen form in the officer's visit; two of them get flags."""
    definition, remarks = compile_file(FORM)
    assert definition, remarks
    work = FieldWork(Questionnaire(definition), seed=seed)
    today = datetime.now(UTC).astimezone()
    ankara = next(district for district in districts() if district.code == "1231")
    visit = PlannedVisit(VISIT, "06", "Ankara", ankara, "E-06-V", today.date(), count, "il_merkezi")
    held = []
    for number in range(count):
        start = today - timedelta(minutes=30 + 25 * (count - number))
        one = work.hold(visit, number, start=start)
        held.append(
            {
                "form_id": definition.id,
                "form_version": definition.version,
                "visit": VISIT if number else "YOK-1",  # a visit nobody planned: flagged
                "language": "tr",
                "started_at": spelled(one.started_at),
                "finished_at": spelled(one.finished_at),
                "app_version": "eski",
                "paradata": {},
                "answers": one.answers | {"gorevli_no": OFFICER},
                "confirmations": one.confirmations,
                "number": 1000 * seed + number,
            }
        )
    held[2]["answers"] = held[2]["answers"] | {"yerlesim": "yok_boyle"}
    return held


def corrected(interview: dict[str, Any], revision: int, answers: dict[str, str]) -> dict[str, Any]:
    """The next revision of an interview."""
    changed = interview | {
        "answers": interview["answers"] | answers,
        "edit_reason": "Yanlış yazılmış",
    }
    return enveloped(changed) | {"revision": revision}


def enveloped(interview: dict[str, Any] | str, *, number: int | None = None) -> dict[str, Any]:
    """Put an interview into an envelope; the id follows from its number."""
    if isinstance(interview, str):
        body, known = interview, {"form_id": "A_vatandas_gorusme", "form_version": "1"}
    else:
        known = dict(interview)
        own = known.pop("number")
        number = own if number is None else number
        body = json.dumps(known, ensure_ascii=False)
    return {
        "instance_id": str(UUID(int=Random(f"past/{number}").getrandbits(128), version=4)),
        "revision": 1,
        "form_id": known["form_id"],
        "form_version": known["form_version"],
        "digest": digest(body.encode()),
        "body": body,
        "attachments": [],
    }


def picture(seed: int, side: int = 110) -> bytes:
    """Make a small PNG of noise: a real picture of some 36 KB that nobody can press."""
    source = Random(seed)
    rows = b"".join(b"\0" + source.randbytes(3 * side) for _ in range(side))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
             (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))  # fmt: skip
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def named(content: bytes) -> dict[str, Any]:
    """Name a picture in an envelope."""
    known = digest(content)
    return {
        "name": f"{known[7:]}.png",
        "digest": known,
        "size": len(content),
        "media_type": "image/png",
    }


def digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
