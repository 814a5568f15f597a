"""Receipts: the server's signature under what it has stored."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from schemas.protocol.sync import Receipt, ReceiptKey, receipt_text
from server.store.data_folder import kept_once

# Deterministic (RFC 6979), so that a repeat gets the very bytes of the first receipt.
_ALGORITHM = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class Signer:
    """Signs receipts with one private key."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = ReceiptKey(
            key_id=sha256(public).hexdigest()[:16], public_key=_base64url(public)
        )

    def sign(self, receipt: Receipt) -> Receipt:
        """``receipt`` with this key's id and signature."""
        r, s = decode_dss_signature(self._key.sign(receipt_text(receipt), _ALGORITHM))
        signature = _base64url(r.to_bytes(32) + s.to_bytes(32))
        return receipt.model_copy(update={"key_id": self.public.key_id, "signature": signature})

    def has_signed(self, receipt: Receipt) -> bool:
        """Tell whether this key signed it: it would do so again, byte for byte."""
        return self.sign(receipt) == receipt


def load_signer(folder: Path) -> Signer:
    """The signer of this instance; its key is made at the first use and shared by workers."""
    file = folder / "receipts.pem"
    pem = kept_once(file, _new_key)
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file} holds no elliptic-curve key")
    return Signer(key)


def spell_time(moment: datetime) -> str:
    """Write a time as receipts do: UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
