"""The operations of `tag.json` and `attestation.json`."""

from collections.abc import Callable

import attestations
import ed25519
import guardians
import mailboxes
import ristretto
import voprf
from attestations import Attestation
from cases import Case, Json
from conventions import sha256
from guardians import Commitments, Evaluation, Request


def _email(case: Case) -> Json:
    mailbox = mailboxes.normalise(case.text("text"))
    return {"identifier": mailbox.identifier, "mailbox": mailbox.mailbox}


def _element(case: Case) -> Json:
    return {"element": ristretto.encode(ristretto.decode(case.raw("element"))).hex()}


def _scalar(case: Case) -> Json:
    return {"scalar": ristretto.scalar_bytes(ristretto.secret_scalar(case.raw("scalar"))).hex()}


def _parse_commitments(case: Case) -> Commitments:
    return Commitments.parse(
        case.number("guardians"), case.number("threshold"), case.raws("commitments")
    )


def _commitments(case: Case) -> Json:
    commitments = _parse_commitments(case)
    return {
        "public_key": ristretto.encode(commitments.points[0]).hex(),
        "share_keys": [ristretto.encode(key).hex() for key in commitments.share_keys],
    }


def _input(case: Case) -> bytes:
    method, identifier = case.text("method"), case.text("identifier")
    return guardians.tag_input(case.raw("campaign_id"), case.number("issuer"), method, identifier)


def _tag_input(case: Case) -> Json:
    return {"input": _input(case).hex()}


def _tag(case: Case) -> Json:
    data, blind = _input(case), ristretto.secret_scalar(case.raw("blind"))
    blinded = ristretto.encode(voprf.blind(data, blind))
    request = Request(case.raw("campaign_id"), case.number("epoch"), [blinded])
    evaluations = [Evaluation.parse(evaluation) for evaluation in case.raws("evaluations")]
    (evaluated,) = guardians.combine(_parse_commitments(case), request, evaluations)
    output = voprf.finalize(data, blind, evaluated)
    return {
        "input": data.hex(),
        "blinded": blinded.hex(),
        "request": request.encode().hex(),
        "evaluated": ristretto.encode(evaluated).hex(),
        "output": output.hex(),
        "tag": output[:32].hex(),
    }


def _evaluation_request(case: Case) -> Json:
    request = Request.parse(case.raw("bytes"))
    return {
        "campaign_id": request.campaign.hex(),
        "epoch": request.epoch,
        "elements": [element.hex() for element in request.elements],
    }


def _evaluate(case: Case) -> Json:
    share = ristretto.secret_scalar(case.raw("share"))
    nonce = ristretto.secret_scalar(case.raw("nonce"))
    request = Request.parse(case.raw("request"))
    evaluation = guardians.evaluate(share, case.number("index"), nonce, request)
    return {
        "share_key": ristretto.encode(guardians.public_key(share)).hex(),
        "elements": [element.hex() for element in evaluation.elements],
        "proof": evaluation.proof.hex(),
        "evaluation": evaluation.encode().hex(),
    }


def _evaluation(case: Case) -> Json:
    evaluation = Evaluation.parse(case.raw("bytes"))
    return {
        "index": evaluation.index,
        "epoch": evaluation.epoch,
        "elements": [element.hex() for element in evaluation.elements],
        "proof": evaluation.proof.hex(),
    }


def _combine(case: Case) -> Json:
    request = Request.parse(case.raw("request"))
    evaluations = [Evaluation.parse(evaluation) for evaluation in case.raws("evaluations")]
    combined = guardians.combine(_parse_commitments(case), request, evaluations)
    return {"evaluated": [ristretto.encode(point).hex() for point in combined]}


def _code_text(case: Case) -> Json:
    code = attestations.read_code(case.text("text"), case.number("length"))
    return {"bytes": code.hex(), "text": attestations.code_text(code)}


def _code_digest(case: Case) -> Json:
    data = attestations.code_transcript(case.raw("campaign_id"), case.raw("code"))
    return {"transcript": data.hex(), "code_digest": sha256(data).hex()}


def _invitation(case: Case) -> Json:
    secret, campaign = case.raw("secret"), case.raw("campaign_id")
    issuer, serial = case.number("issuer"), case.number("serial")
    code = attestations.invitation(secret, campaign, issuer, serial)
    return {
        "transcript": attestations.invitation_transcript(campaign, issuer, serial).hex(),
        "mac": attestations.invitation_mac(secret, campaign, issuer, serial).hex(),
        "code": code.hex(),
        "text": attestations.code_text(code),
        "identifier": str(serial),
    }


def _invitation_check(case: Case) -> Json:
    secret, campaign, issuer = case.raw("secret"), case.raw("campaign_id"), case.number("issuer")
    return {"serial": attestations.check_invitation(secret, campaign, issuer, case.text("text"))}


def _commitment(case: Case) -> Json:
    campaign, issuer, tag = case.raw("campaign_id"), case.number("issuer"), case.raw("tag")
    r = attestations.opening(case.raw("secret"), campaign, issuer, tag)
    data = attestations.commitment_transcript(campaign, issuer, tag, r)
    return {
        "opening_transcript": attestations.opening_transcript(campaign, issuer, tag).hex(),
        "r": r.hex(),
        "commitment_transcript": data.hex(),
        "commitment": sha256(data).hex(),
    }


def _attest(case: Case) -> Json:
    campaign, issuer = case.raw("campaign_id"), case.number("issuer")
    digest, tag = case.raw("request_digest"), case.raw("tag")
    r = attestations.opening(case.raw("secret"), campaign, issuer, tag)
    data = Attestation(issuer, digest, tag, r, b"").vouching(campaign).transcript(campaign)
    signature = ed25519.sign(case.raw("attester_seed"), data)
    attestation = Attestation(issuer, digest, tag, r, signature)
    return {
        "transcript": data.hex(),
        "signature": signature.hex(),
        "attestation": attestation.encode().hex(),
        "text": attestation.text(),
    }


def _attestation(case: Case) -> Json:
    attestation = Attestation.parse(case.text("text"))
    campaign, issuer = case.raw("campaign_id"), case.number("issuer")
    vouching = attestation.verify(campaign, issuer, case.raw("request"), case.raw("attester_key"))
    return {
        "tag": attestation.tag.hex(),
        "r": attestation.r.hex(),
        "commitment": vouching.commitment.hex(),
        "vouching": vouching.encode().hex(),
    }


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "email": _email,
    "element": _element,
    "scalar": _scalar,
    "commitments": _commitments,
    "tag-input": _tag_input,
    "tag": _tag,
    "evaluation-request": _evaluation_request,
    "evaluate": _evaluate,
    "evaluation": _evaluation,
    "combine": _combine,
    "code-text": _code_text,
    "code-digest": _code_digest,
    "invitation": _invitation,
    "invitation-check": _invitation_check,
    "commitment": _commitment,
    "attest": _attest,
    "attestation": _attestation,
}
