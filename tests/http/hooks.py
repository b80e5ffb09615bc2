"""What schemathesis cannot invent about a running campaign.

`cases.json` beside the report holds requests of which the answer is known. They are sent as they
are in the examples phase; in the others, strings of the formats that `openapi.json` names and
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


def of(operation, status=200):
    return [case for case in CASES if (case["operation"], case["status"]) == (operation, status)]


def octets(case):
    return base64.b64decode(case["octets"])


@st.composite
def altered(draw, values):
    """One of the values with a byte changed, its end cut off, or more behind it."""
    value = draw(st.sampled_from(values))
    at = draw(st.integers(0, len(value) - 1))
    return draw(
        st.sampled_from(
            [
                value[:at] + bytes([value[at] ^ draw(st.integers(1, 255))]) + value[at + 1 :],
                value[:at],
                value + draw(st.binary(min_size=1, max_size=354)),
            ]
        )
    )


def text(values, pattern):
    """Mostly one of the values, else what has their form, or any text."""
    form = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    return st.one_of(st.sampled_from(values), st.sampled_from(values), form)


STARTED, ATTESTED = of("startAttempt"), of("attest")
BY_MAIL = [case["json"]["proof"]["email"] for case in ATTESTED if "email" in case["json"]["proof"]]
INVITED = [case["json"]["proof"]["invitation"] for case in ATTESTED if "invitation" in case["json"]["proof"]]
HEX = "[0-9a-f]{64}"
GROUPS = "[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){%d}"

schemathesis.openapi.format("campaign-id", text([case["json"]["campaign"] for case in STARTED], HEX))
schemathesis.openapi.format("request-digest", text([case["json"]["request_digest"] for case in STARTED], HEX))
schemathesis.openapi.format("mail-address", st.from_regex(re.compile(r"[a-z]{1,20}@[a-z]{1,20}\.example"), fullmatch=True))
schemathesis.openapi.format("attempt", text([proof["attempt"] for proof in BY_MAIL], "[A-Za-z0-9_-]{0,300}"))
schemathesis.openapi.format("mailed-code", text([proof["code"] for proof in BY_MAIL], GROUPS % 3))
schemathesis.openapi.format("invitation-code", text([proof["code"] for proof in INVITED], GROUPS % 5))
schemathesis.openapi.format(
    "attestation",
    text([case["headers"]["headcount-attestation"] for case in of("requestToken")], "[A-Za-z0-9_-]{216}"),
)

REQUESTS = [octets(case) for case in of("requestToken")]
schemathesis.openapi.media_type("application/private-token-request", altered(REQUESTS))
BODIES = [octets(case) for case in of("evaluate") + of("redeem")]
schemathesis.openapi.media_type("application/octet-stream", st.one_of(st.sampled_from(BODIES), altered(BODIES)))

AUTHORIZATIONS = [case["headers"]["Authorization"] for case in of("redeem")]
TOKENS = [base64.urlsafe_b64decode(header.split('"')[1]) for header in AUTHORIZATIONS]
ALTERED_AUTHORIZATIONS = altered(TOKENS).map(
    lambda token: f'PrivateToken token="{base64.urlsafe_b64encode(token).decode()}"'
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
    if isinstance(body, dict) and isinstance(body.get("issuer"), float) and body["issuer"].is_integer():
        return {**body, "issuer": int(body["issuer"])}
    return body


@schemathesis.auth().apply_to(path="/pledge")
class Token:
    """A token that is taken."""

    def get(self, case, context):
        return AUTHORIZATIONS[0]

    def set(self, case, data, context):
        case.headers["Authorization"] = data


@schemathesis.hook.apply_to(path="/pledge")
def before_generate_case(context, strategy):
    """Every other pledge comes with an altered token."""

    def replace(case, authorization):
        if authorization is not None:
            case.headers["Authorization"] = authorization
        return case

    return st.builds(replace, strategy, st.one_of(st.none(), ALTERED_AUTHORIZATIONS))


@schemathesis.deserializer("application/private-token-issuer-directory")
def directory(context, response):
    return json.loads(response.content)
