"""A customer's own public key: which one may verify user tokens, and what is said of the others."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.usecases.rsa_keys import checked_public_key, new_key_pair

PAIR = new_key_pair()


def pem(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, form: PublicFormat) -> str:
    return key.public_bytes(Encoding.PEM, form).decode()


def test_a_public_key_has_one_spelling_however_it_was_written() -> None:
    key = rsa.generate_private_key(65537, 2048).public_key()
    spellings = [pem(key, form) for form in (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1)]
    spellings.append("\n\n" + spellings[0].replace("\n", "\r\n"))
    assert {checked_public_key(spelling) for spelling in spellings} == {spellings[0]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a public key in PEM"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "is not a public key in PEM"),
        ("ssh-rsa AAAAB3NzaC1yc2E", "is not a public key in PEM"),
        (PAIR.private_key, "send its public half"),
        (
            pem(rsa.generate_private_key(65537, 1024).public_key(), PublicFormat.SubjectPublicKeyInfo),
            "has 1024 bits; RSA keys here have 2048 to 8192",
        ),
        (
            pem(ec.generate_private_key(ec.SECP256R1()).public_key(), PublicFormat.SubjectPublicKeyInfo),
            "is not an RSA key",
        ),
    ],
    ids=["empty", "broken", "ssh", "private", "short", "elliptic"],
)
def test_what_cannot_verify_user_tokens_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        checked_public_key(text)


def test_a_key_pair_does_not_show_its_private_half_by_accident() -> None:
    assert "PRIVATE" not in repr(PAIR)
