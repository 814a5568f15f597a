"""Receipts: signed with the published key, the same for everybody who serves."""

import stat
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from schemas.protocol.sync import Receipt, ReceiptKey, receipt_text
from server.sync.receipts import load_signer
from tests.records import Field, envelope


def unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(receipt: Receipt, key: ReceiptKey) -> None:
    public = load_der_public_key(unpadded(key.public_key))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = unpadded(receipt.signature)
    assert len(signature) == 64
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    public.verify(encode_dss_signature(r, s), receipt_text(receipt), ec.ECDSA(hashes.SHA256()))


def test_a_receipt_verifies_with_the_key_of_the_catalogue(field: Field) -> None:
    catalogue = field.client.get("/api/v1/catalogue").json
    key = ReceiptKey.model_validate(catalogue["receipt_key"])
    answer = field.send(envelope(), envelope("odd"))
    for result in answer.json["results"]:
        receipt = Receipt.model_validate(
            result["receipt"] | {"missing_attachments": ()}, strict=True
        )
        assert receipt.key_id == key.key_id
        verify(receipt, key)


CHANGES: list[dict[str, object]] = [
    {"instance_id": "01234567-89ab-cdef-0123-456789abcdef"},
    {"revision": 2},
    {"digest": "sha256:" + "0" * 64},
    {"status": "conflict"},
    {"sequence": 99},
    {"received_at": "2026-11-21T00:00:00.000Z"},
    {"missing_attachments": ("sha256:" + "0" * 64,)},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_receipt_does_not_verify(tmp_path: Path, change: dict[str, object]) -> None:
    signer = load_signer(tmp_path)
    receipt = signer.sign(
        Receipt(
            instance_id="00000000-0000-7000-8000-000000000000",
            revision=1,
            digest="sha256:" + "a" * 64,
            status="accepted",
            sequence=1,
            received_at="2026-11-21T10:00:00.000Z",
            key_id="",
            signature="",
        )
    )
    verify(receipt, signer.public)
    with pytest.raises(InvalidSignature):
        verify(receipt.model_copy(update=change), signer.public)


def test_workers_that_start_together_share_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as workers:
        keys = set(workers.map(lambda _: load_signer(folder).public.key_id, range(32)))
    assert len(keys) == 1
    assert [file.name for file in folder.iterdir()] == ["receipts.pem"]


def test_only_the_owner_can_read_the_key(tmp_path: Path) -> None:
    load_signer(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "receipts.pem").stat().st_mode) == 0o600
