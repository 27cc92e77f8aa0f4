"""RSA keys for user tokens. `cryptography` is imported where it is used: only making a key needs its weight."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

KEY_BITS = 2048
LARGEST_BITS = 8192
_PUBLIC_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Both halves as PEM; the private one as PKCS #8, which every JWT library reads."""

    public_key: str
    private_key: str = field(repr=False)


def new_key_pair() -> KeyPair:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(_PUBLIC_EXPONENT, KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return KeyPair(_pem(key.public_key()), private.decode())


def checked_public_key(text: str) -> str:
    """A customer's own public key in its one spelling. Raises ValueError with what is wrong and what to do."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if "PRIVATE KEY" in text:
        raise ValueError(
            "is a private key, which nobody but your backend should have; send its public half, as"
            " `openssl rsa -in key.pem -pubout` prints it, and replace the key if it may have been seen"
        )
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("is not a public key in PEM, which begins with -----BEGIN PUBLIC KEY-----") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("is not an RSA key; user tokens are signed with RS256")
    if not KEY_BITS <= key.key_size <= LARGEST_BITS:
        raise ValueError(f"has {key.key_size} bits; RSA keys here have {KEY_BITS} to {LARGEST_BITS}")
    return _pem(key)


def _pem(key: "RSAPublicKey") -> str:
    from cryptography.hazmat.primitives import serialization

    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
