"""What schemathesis cannot invent about a running campaign.

The file that HEADCOUNT_CASES names holds requests of which the answer is known. They are sent as
they are in the examples phase; in the others, strings of the formats that `openapi.json` names and
binary bodies are drawn from them, as they are or altered.
"""

import base64
import json
import os
import re

import schemathesis
from hypothesis import strategies as st

with open(os.environ["HEADCOUNT_CASES"], encoding="utf-8") as file:
    CASES = json.load(file)


def good(operation):
    """The cases of an operation that succeed."""
    return [case for case in CASES if (case["operation"], case["status"]) == (operation, 200)]


def octets(case):
    return base64.b64decode(case["octets"])


@st.composite
def altered(draw, values):
    """One of the values with a byte changed, its end cut off, or more behind it."""
    value = draw(st.sampled_from(values))
    at = draw(st.integers(0, len(value) - 1))
    changed = value[:at] + bytes([value[at] ^ draw(st.integers(1, 255))]) + value[at + 1 :]
    longer = value + draw(st.binary(min_size=1, max_size=354))
    return draw(st.sampled_from([changed, value[:at], longer]))


def one_of(values, pattern):
    """One of the values, or what has their form."""
    form = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    return st.one_of(st.sampled_from(values), form)


STARTS = [case["json"] for case in good("startAttempt")]
PROOFS = [case["json"]["proof"] for case in good("attest")]
BY_MAIL = [proof["email"] for proof in PROOFS if "email" in proof]
INVITED = [proof["invitation"] for proof in PROOFS if "invitation" in proof]
SIGNED = [case["headers"]["headcount-attestation"] for case in good("requestToken")]
REDEEMED = [case["headers"]["Authorization"] for case in good("redeem")]

HEX = "[0-9a-f]{64}"
GROUP = "[0-9A-HJKMNP-TV-Z]{4}"
FORMATS = {
    "campaign-id": one_of([body["campaign"] for body in STARTS], HEX),
    "request-digest": one_of([body["request_digest"] for body in STARTS], HEX),
    # No schema can say which addresses tag §1.2 accepts; these it does.
    "mail-address": one_of(["ada@example.org"], r"[a-z]{1,20}@[a-z]{1,20}\.example"),
    "attempt": one_of([proof["attempt"] for proof in BY_MAIL], "[A-Za-z0-9_-]{0,300}") | st.text(),
    "mailed-code": one_of([proof["code"] for proof in BY_MAIL], f"{GROUP}(-{GROUP}){{3}}") | st.text(),
    "invitation-code": one_of([proof["code"] for proof in INVITED], f"{GROUP}(-{GROUP}){{5}}") | st.text(),
    "attestation": one_of(SIGNED, "[A-Za-z0-9_-]{216}"),
}
for name, strategy in FORMATS.items():
    schemathesis.openapi.format(name, strategy)

REQUESTS = [octets(case) for case in good("requestToken")]
schemathesis.openapi.media_type("application/private-token-request", altered(REQUESTS))
BINARY = ["evaluate", "redeem", "withdraw", "announce", "amend"]
BODIES = [octets(case) for operation in BINARY for case in good(operation)]
schemathesis.openapi.media_type(
    "application/octet-stream", st.one_of(st.sampled_from(BODIES), altered(BODIES))
)


@schemathesis.hook
def before_init_operation(context, operation):
    """Sends the request to the role that the path belongs to."""
    server = operation.schema.raw_schema["paths"][operation.path]["servers"][0]["url"]
    operation.base_url = os.environ["HEADCOUNT_" + server.strip("{}").upper()]


@schemathesis.hook
def before_add_examples(context, examples):
    operation = context.operation
    for number, case in enumerate(CASES):
        if case["operation"] != operation.definition.raw["operationId"]:
            continue
        # By the number the recording is held against what the case expects.
        more = {"headers": {"X-Case": str(number), **case.get("headers", {})}}
        if "json" in case:
            more |= {"body": case["json"], "media_type": "application/json"}
        elif "octets" in case:
            more |= {"body": octets(case), "media_type": case["media_type"]}
        examples.append(operation.Case(path_parameters=case.get("path"), **more))


@schemathesis.hook
def map_body(context, body):
    """A JSON number is spelled in digits alone [HTTP-10], and 3.0 is 3 to a schema."""
    issuer = body.get("issuer") if isinstance(body, dict) else None
    if isinstance(issuer, float) and issuer.is_integer():
        return {**body, "issuer": int(issuer)}
    return body


@schemathesis.auth().apply_to(path="/pledge")
class Token:
    """A token that is taken."""

    def get(self, case, context):
        return REDEEMED[0]

    def set(self, case, data, context):
        case.headers["Authorization"] = data


def authorization(token):
    return f'PrivateToken token="{base64.urlsafe_b64encode(token).decode()}"'


@schemathesis.hook.apply_to(path="/pledge")
def before_generate_case(context, strategy):
    """Some pledges come with an altered token."""
    tokens = [base64.urlsafe_b64decode(header.split('"')[1]) for header in REDEEMED]

    def replace(case, header):
        if header is not None:
            case.headers["Authorization"] = header
        return case

    return st.builds(replace, strategy, st.none() | altered(tokens).map(authorization))


@schemathesis.deserializer("application/private-token-issuer-directory")
def directory(context, response):
    return json.loads(response.content)


@schemathesis.deserializer("application/atom+xml")
def feed(context, response):
    return response.content.decode()
