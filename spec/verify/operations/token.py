"""The operations of `token.json` and `pledge.json`."""

from collections.abc import Callable

import ed25519
import issuance
import pledges
import rules
import tokens
from cases import Case, Json
from conventions import from_base64url, sha256
from issuance import TokenRequest
from pledges import Opening, Pledge, Withdrawal
from tokens import Token, TokenKey


def _token_key(case: Case) -> Json:
    key = TokenKey.parse(case.raw("spki"))
    return {
        "modulus": key.modulus.to_bytes(256, "big").hex(),
        "token_key_id": key.id.hex(),
        "truncated_key_id": key.id[-1],
    }


def _challenge(case: Case) -> Json:
    name, origin = case.text("issuer_name"), case.text("origin_info")
    challenge = tokens.challenge(name, case.raw("campaign_id"), origin)
    return {"challenge": challenge.hex(), "challenge_digest": sha256(challenge).hex()}


def _token_request(case: Case) -> Json:
    data = case.raw("bytes")
    request = TokenRequest.parse(data)
    return {
        "truncated_key_id": request.truncated_key_id,
        "blinded_msg": request.blinded.hex(),
        "request_digest": sha256(data).hex(),
    }


def _primes(case: Case) -> tuple[int, int]:
    return int.from_bytes(case.raw("p"), "big"), int.from_bytes(case.raw("q"), "big")


def _issuance(case: Case) -> Json:
    seed, campaign, issuer = case.raw("seed"), case.raw("campaign_id"), case.number("issuer")
    p, q = _primes(case)
    key = TokenKey(p * q)
    secret = issuance.pledge_key(seed, campaign, case.number("class"))
    opening = Opening(case.number("class"), case.number("region"), ed25519.public_key(secret))
    nonce = opening.nonce(campaign)
    challenge = tokens.challenge(case.text("issuer_name"), campaign, case.text("origin_info"))
    token_input = Token(nonce, sha256(challenge), key.id, b"").input
    salt = issuance.salt(seed, campaign, issuer, token_input)
    r, attempt = issuance.blinding_factor(seed, campaign, issuer, token_input, key)
    encoded = issuance.encode(token_input, salt)
    request = issuance.blind(encoded, r, key)
    response = issuance.blind_sign(request, p, q)
    token = issuance.finish(key, token_input, r, response)
    return {
        "spki": key.spki.hex(),
        "pledge_key": secret.hex(),
        "public_key": opening.public_key.hex(),
        "nonce": nonce.hex(),
        "token_input": token_input.hex(),
        "salt": salt.hex(),
        "attempt": attempt,
        "r": r.to_bytes(256, "big").hex(),
        "encoded": encoded.hex(),
        "request": request.encode().hex(),
        "request_digest": sha256(request.encode()).hex(),
        "response": response.hex(),
        "authenticator": token[-256:].hex(),
        "token": token.hex(),
    }


def _blind_sign(case: Case) -> Json:
    request = TokenRequest.parse(case.raw("request"))
    return {"response": issuance.blind_sign(request, *_primes(case)).hex()}


def _blinding_factor(case: Case) -> Json:
    r = int.from_bytes(case.raw("r"), "big")
    issuance.check_factor(r, TokenKey.parse(case.raw("spki")))
    return {"r": r.to_bytes(256, "big").hex()}


def _finish(case: Case) -> Json:
    key, r = TokenKey.parse(case.raw("spki")), int.from_bytes(case.raw("r"), "big")
    token = issuance.finish(key, case.raw("token_input"), r, case.raw("response"))
    return {"token": token.hex()}


def _token(case: Case) -> Json:
    key, token = TokenKey.parse(case.raw("spki")), Token.parse(case.raw("token"))
    key.verify(token.input, token.authenticator)
    return {
        "nonce": token.nonce.hex(),
        "challenge_digest": token.challenge_digest.hex(),
        "token_key_id": token.key_id.hex(),
    }


def _nonce(case: Case) -> Json:
    opening, campaign = Opening.parse(case.raw("opening")), case.raw("campaign_id")
    return {
        "class": opening.class_index,
        "region": opening.region,
        "public_key": opening.public_key.hex(),
        "transcript": opening.transcript(campaign).hex(),
        "nonce": opening.nonce(campaign).hex(),
    }


def _pledge_bytes(case: Case) -> Json:
    pledge = Pledge.parse(case.raw("pledge"))
    return {
        "class": pledge.opening.class_index,
        "region": pledge.opening.region,
        "tokens": [token.hex() for token in pledge.tokens],
    }


def _redemption(case: Case) -> Json:
    token = from_base64url(case.text("token"), padded=True)
    return {"pledge": Pledge.redeemed(token, case.raw("body")).encode().hex()}


def _pledge(case: Case) -> Json:
    manifest = rules.parse(case.manifest())
    return {"nonce": Pledge.parse(case.raw("pledge")).verify(manifest).hex()}


def _withdrawal(case: Case) -> Json:
    withdrawal, campaign = Withdrawal.parse(case.raw("withdrawal")), case.raw("campaign_id")
    nonce = withdrawal.verify(campaign)
    return {"nonce": nonce.hex(), "transcript": withdrawal.transcript(campaign).hex()}


def _receipt_sign(case: Case) -> Json:
    entry, campaign, batch = case.raw("entry"), case.raw("campaign_id"), case.number("batch")
    data = pledges.receipt_transcript(campaign, entry, batch)
    return {
        "entry_hash": pledges.entry_hash(entry).hex(),
        "transcript": data.hex(),
        "signature": ed25519.sign(case.raw("seed"), data).hex(),
    }


def _receipt(case: Case) -> Json:
    manifest = rules.parse(case.manifest())
    return {"batch": pledges.verify_receipt(manifest, case.raw("entry"), case.text("receipt"))}


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "token-key": _token_key,
    "challenge": _challenge,
    "token-request": _token_request,
    "issuance": _issuance,
    "blind-sign": _blind_sign,
    "blinding-factor": _blinding_factor,
    "finish": _finish,
    "token": _token,
    "nonce": _nonce,
    "pledge-bytes": _pledge_bytes,
    "redemption": _redemption,
    "pledge": _pledge,
    "withdrawal": _withdrawal,
    "receipt-sign": _receipt_sign,
    "receipt": _receipt,
}
