"""What the simulated service says when it refuses: both recorded fault shapes.

The application tier answers with ``{"Fault": …}`` (mostly HTTP 400); the gateway in
front of it with a lower-case ``{"fault": …}`` (401, 403 and 429).
"""

from __future__ import annotations

from typing import Any

SHORTEST_TOKEN, LONGEST_TOKEN = 20, 4096


class Fault(Exception):
    """A refusal by the application tier."""

    def __init__(
        self,
        code: str | int,
        message: str,
        detail: str,
        element: str | None = None,
        http: int = 400,
        type: str = "ValidationFault",  # noqa: A002 - the name on the wire
    ) -> None:
        super().__init__(f"{code} {message}: {detail}")
        self.code = str(code)
        self.message = message
        self.detail = detail
        self.element = element
        self.http = http
        self.type = type

    def body(self) -> dict[str, Any]:
        """The ``Fault`` object as it stands in an answer or a batch item."""
        error = {"Message": self.message, "Detail": self.detail, "code": self.code}
        if self.element is not None:
            error["element"] = self.element
        return {"Error": [error], "type": self.type}


class GatewayFault(Exception):
    """A refusal by the gateway, before the application tier is reached."""

    def __init__(
        self,
        http: int,
        code: str,
        name: str,
        detail: str,
        type: str = "SERVICE",  # noqa: A002
    ) -> None:
        super().__init__(f"{http} {code} {name}")
        self.http = http
        self.code = code
        self.message = f"message={name}; errorCode={code:0>6}; statusCode={http}"
        self.detail = detail
        self.type = type

    def as_fault(self) -> dict[str, Any]:
        """The refusal in the shape that XML has for both tiers."""
        error = {"Message": self.message, "Detail": self.detail, "code": self.code}
        return {"Error": [error], "type": self.type}

    def body(self, *, at_ms: int) -> dict[str, Any]:
        """The whole answer as recorded, with its empty keys."""
        error = {
            "message": self.message,
            "detail": self.detail,
            "code": self.code,
            "element": None,
        }
        return {
            "warnings": None,
            "intuitObject": None,
            "fault": {"error": [error], "type": self.type},
            "report": None,
            "queryResponse": None,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": None,
            "requestId": None,
            "time": at_ms,
            "status": None,
            "cdcresponse": [],
        }


def token_expired(token: str) -> GatewayFault:
    """401: the bearer token is unknown, expired or revoked, or can be none at all."""
    detail = f"Token expired: {token[:4]}…"
    if not SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN:
        detail = "Malformed bearer token: too short or too long"
    return GatewayFault(401, "3200", "AuthenticationFailed", detail, "AUTHENTICATION")


def not_authorised() -> GatewayFault:
    """403: the token is good, but not for this company."""
    return GatewayFault(
        403,
        "3100",
        "ApplicationAuthorizationFailed",
        "Token realm id does not match the requested company",
    )


def throttled() -> GatewayFault:
    """429: too many requests; there is no Retry-After."""
    return GatewayFault(
        429,
        "3001",
        "ThrottleExceeded",
        "The request limit was reached.  Try again later",
    )


def gateway_error() -> GatewayFault:
    """500: the gateway's own failure, without a word of detail."""
    return GatewayFault(500, "3100", "InternalServerError", "")


BUSINESS = "A business validation error has occurred while processing your request"
LENGTH = (
    "Invalid String Length (String length is either shorter or longer than "
    "supported by specification)"
)
REQUIRED = "Required param missing, need to supply the required value for the API"


def business(detail: str, element: str | None = None) -> Fault:
    """6000: the books' own rules refuse it."""
    return Fault(6000, BUSINESS, f"Business Validation Error: {detail}", element)


def other_currency(element: str) -> Fault:
    """6000: a name, an account or a form is kept in another currency."""
    return business(
        "The currency of the transaction is invalid for customer / vendor / account.",
        element,
    )


def required(name: str) -> Fault:
    """2020: a field that must be there is not."""
    detail = f"Required parameter {name} is missing in the request"
    return Fault(2020, REQUIRED, detail, name)


def made_inactive() -> Fault:
    """610: the object, or one it refers to, is inactive or gone."""
    return Fault(
        610,
        "Object Not Found",
        "Object Not Found : Something you're trying to use has been made inactive. "
        "Check the fields with accounts, customers, items, vendors or employees.",
    )


def gone() -> Fault:
    """610: the transaction has been deleted, or never was."""
    return Fault(
        610,
        "Object Not Found",
        "Object Not Found : Another user has deleted this transaction.",
    )


def bad_reference(list_name: str, value: str, element: str | None = None) -> Fault:
    """2500: a reference to something that was never there."""
    detail = f"Invalid Reference Id : {list_name} element id {value} not found"
    return Fault(2500, "Invalid Reference Id", detail, element)


def wrong_account(element: str) -> Fault:
    """6430: an account of another type than belongs there."""
    detail = (
        "Invalid account type: You need to select a different type of account for "
        "this transaction."
    )
    return Fault(6430, "Invalid account type used", detail, element)


def no_such_link(type_: str, id: str, element: str | None = None) -> Fault:  # noqa: A002
    """6000: what is to be linked is not there."""
    return business(
        f"The entity {type_} {id} that you are trying to link does not exist. "
        f"{type_} {id}",
        element,
    )


def not_linkable(detail: str) -> Fault:
    """620: what is there, but cannot be linked here."""
    return Fault(620, "Txn ID Cannot Be Linked", detail, "LinkedTxn")


def duplicate_number(number: str, entity: str, id: int) -> Fault:  # noqa: A002
    """6140: a number that another document of that kind bears already."""
    return Fault(
        6140,
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This "
        f"number has already been used. DocNumber={number} is assigned to "
        f"TxnType={entity} with TxnId={id}",
        "DocNumber",
    )


def half_character() -> Fault:
    """2040: a surrogate without its other half."""
    return Fault(2040, "Invalid String", "Invalid String : half of a character")


def stale() -> Fault:
    """5010: the SyncToken sent is not the current one."""
    return Fault(
        5010,
        "Stale Object Error",
        "Stale Object Error : You and another user were working on this at the same "
        "time. Another user finished before you did, so your work was not saved.",
    )


def too_long(name: str, limit: int, supplied: int, *, least: int = 0) -> Fault:
    """2050: longer than the field holds."""
    detail = f"Min:{least} Max:{limit} supported. Supplied length:{supplied}"
    return Fault(2050, LENGTH, detail, name)


def bad_id(value: object) -> Fault:
    """2030: the id is not a number."""
    detail = f"Id should be a valid number. Supplied value:{value}"
    return Fault(2030, "Invalid ID", detail, "Id")


def unsupported(detail: str) -> Fault:
    """500 in a 400: no such operation."""
    return Fault(500, "Unsupported Operation", detail)


def not_supported(feature: str, element: str | None = None) -> Fault:
    """5030: the company, or the simulator, does not have the feature."""
    return Fault(
        5030,
        "Feature Not Supported Error",
        f"Feature Not Supported Error : {feature}",
        element,
    )


def invalid_query(problem: str) -> Fault:
    """4001: the statement parses but makes no sense."""
    detail = f"QueryValidationError: {problem}"
    return Fault(4001, "Invalid query", detail)


def unparsable_query(problem: str) -> Fault:
    """4000: the statement does not parse."""
    return Fault(4000, "Error parsing query", f"QueryParserError: {problem}")


def not_consumable() -> Fault:
    """500 in a 400: a body of a media type that no address takes."""
    return unsupported("Operation Cannot consume content type is not supported.")


def unknown_entity_type(name: str) -> Fault:
    """6050: nothing can be attached to an entity of that type."""
    detail = f"Entity ref type {name} is not supported for Attachable"
    return Fault(6050, "Entity ref type unsupported for Attachable", detail)


def unreadable(format: str) -> Fault:  # noqa: A002
    """2010: a body that is not what its media type says, or no object."""
    return Fault(
        2010,
        "Request has invalid or unsupported property",
        f"Property Name:failed to parse {format} object; a property specified is "
        "unsupported or invalid",
    )


def no_such_resource(address: str) -> Fault:
    """500 in a 400: nothing stands at that address of the API."""
    path = address.partition("?")[0]
    return unsupported(
        f"Operation Could not find resource for relative : {path} of full path: "
        f"https://c50.sandbox.qbo.intuit.com/qbo50{address} is not supported."
    )


def no_such_method(method: str) -> Fault:
    """500 in a 400: something stands there, but it does not answer this method."""
    return unsupported(
        f"Operation No resource method found for {method}, return 405 with Allow "
        "header is not supported."
    )


def bad_request_id(value: str, most: int) -> Fault:
    """2130: a request id that is too long, or empty."""
    detail = (
        f"Request Id should be between 1 and {most} characters. Supplied value:{value}"
    )
    return Fault(2130, "Invalid Request Id Format", detail)


def duplicate_request(requestid: str) -> Fault:
    """600: the request of this id is still under way."""
    detail = f"Duplicate Request ID : {requestid}"
    return Fault(600, "Duplicate Request ID", detail)


def application_error(detail: str) -> Fault:
    """10000: the service's own failure."""
    return Fault(
        10000,
        "An application error has occurred while processing your request",
        f"System Failure Error: {detail}",
        http=500,
        type="SystemFault",
    )


def too_many_objects(found: int) -> Fault:
    """10100: more than the queries of one batch may find together."""
    return Fault(
        10100,
        "Result Set Big",
        f"The batch has more objects to return than allowed. Supplied value:{found}",
        http=500,
        type="SystemFault",
    )
