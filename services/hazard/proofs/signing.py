"""签名之门 · The door to Ed25519: the key that signs checkpoints, and what others verify them by.

A public key travels as its 32 raw bytes. People pin its fingerprint: SHA-256 over the key's X.509 form (DER), which
`openssl pkey -pubin -outform der | sha256sum` gives as well.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from services.keyfiles import UnfitKey, kept

ALGORITHM: Final = "ed25519"


@dataclass(frozen=True, slots=True)
class LogKey:
    """日志密钥 · The private key of a log's checkpoints; it shows itself only as its public half."""

    _private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """公钥 · 32 bytes."""
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """签名 · 64 bytes."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"LogKey({fingerprint(self.public)})"


def own_key(data: Path) -> LogKey:
    """自有密钥 · The installation's key, `<data>/keys/log.pem`, made at the first call. Raises UnfitKey."""
    file = data / "keys" / "log.pem"
    try:
        return _read(file, kept(file, _new))
    except OSError as error:
        raise UnfitKey(f"日志签名密钥无法读写：{file}（{error.strerror}）") from error


def key_at(file: Path) -> LogKey:
    """指定密钥 · A deployment's key: PKCS #8 in PEM, without a password; never made here. Raises UnfitKey."""
    try:
        return _read(file, file.read_bytes())
    except OSError as error:
        raise UnfitKey(f"HAZARD_LOG_KEY 指定的密钥文件无法读取：{file}（{error.strerror}）") from error


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """验签 · Whether the key signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """指纹 · What people pin of a public key: `sha256:` and 64 hexadecimal digits."""
    form = Ed25519PublicKey.from_public_bytes(public).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return f"sha256:{sha256(form).hexdigest()}"


def pem(public: bytes) -> str:
    """PEM 公钥 · The public key as openssl reads it."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _read(file: Path, content: bytes) -> LogKey:
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnfitKey(f"日志签名密钥应为不加密的 Ed25519 私钥（PKCS #8，PEM）：{file}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnfitKey(f"日志签名密钥不是 Ed25519 密钥：{file}")
    return LogKey(key)


def _new() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
