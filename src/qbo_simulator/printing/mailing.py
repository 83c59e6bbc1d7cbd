"""E-mails of sales forms: nothing leaves the machine, all of it lies in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qbo_simulator import faults
from qbo_simulator.books.fields import Email
from qbo_simulator.printing import pdf
from qbo_simulator.printing.words import words_of
from qbo_simulator.wire import decode, encode, stamp

if TYPE_CHECKING:
    import sqlite3

    from qbo_simulator.books.kind import Body, Kind
    from qbo_simulator.books.work import Work

MESSAGES = {
    "Invoice": "InvoiceMessage",
    "Estimate": "EstimateMessage",
    "SalesReceipt": "SalesReceiptMessage",
}
"""The preference that says how each kind of form is worded."""
ADDRESSED = {"PurchaseOrder": "POEmail"}
FILES = """
    SELECT id, held.body ->> '$.FileName' AS name,
        held.body ->> '$.ContentType' AS content_type, held.body ->> '$.Size' AS size
    FROM entity held
    WHERE realm = ? AND kind = 'Attachable' AND deleted = 0 AND size IS NOT NULL
        AND EXISTS (
            SELECT 1 FROM json_each(held.body, '$.AttachableRef') ref
            WHERE ref.value ->> '$.IncludeOnSend'
                AND ref.value ->> '$.EntityRef.type' = ?
                AND ref.value ->> '$.EntityRef.value' = ?
        )
    ORDER BY id
"""
SENDER = "quickbooks@notification.intuit.com"


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail as it would have gone out."""

    to: str
    sender: str
    cc: str
    bcc: str
    subject: str
    body: str


def send(work: Work, kind: Kind, form: Body, to: str | None) -> Body:
    """Send a form to an address, or to the one on it; gives the form as served.

    LastUpdatedTime moves, the SyncToken does not.
    """
    name = ADDRESSED.get(kind.entity, "BillEmail")
    address = to or form.get(name, {}).get("Address")
    if not address:
        raise faults.Fault(
            6420,
            "Email address is required",
            f"Email address is required : {name}",
            name,
        )
    form[name] = Email(limit=500).clean("sendTo", {"Address": address})
    form["EmailStatus"] = "EmailSent"
    form["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": stamp(work.now)}
    served = kind.served(form)
    work.rewrite(kind.entity, served)
    _post(work, kind, served, worded(work, kind, served, address))
    return served


def worded(work: Work, kind: Kind, form: Body, to: str) -> Mail:
    """The e-mail of a form, in the words the company has chosen for its kind."""
    company = work.fetch("CompanyInfo", 1) or {}
    said = work.preference("EmailMessagesPrefs", MESSAGES.get(kind.entity, ""), {})
    words = words_of(company)
    number = form.get("DocNumber") or form.get("PaymentRefNum") or form["Id"]
    title = words.titles.get(kind.entity, kind.entity)
    name = str(company.get("CompanyName", ""))
    own = str(company.get("Email", {}).get("Address", ""))
    copied = work.preference("SalesFormsPrefs", "EmailCopyToCompany") and own
    return Mail(
        to=to,
        sender=own or SENDER,
        cc=_listed(
            form, "BillEmailCc", work.preference("SalesFormsPrefs", "SalesEmailCc")
        ),
        bcc=_listed(
            form,
            "BillEmailBcc",
            work.preference("SalesFormsPrefs", "SalesEmailBcc"),
            copied,
        ),
        subject=said.get("Subject") or words.subject.format(title, number, name),
        body=said.get("Message") or words.message.format(title, number, name),
    )


def _listed(form: Body, name: str, *more: Any) -> str:
    """The addresses on a form and those the company always adds, each once."""
    usual = (each.get("Address") if isinstance(each, dict) else each for each in more)
    found = [form.get(name, {}).get("Address"), *usual]
    return ", ".join(dict.fromkeys(str(each) for each in found if each))


def _post(work: Work, kind: Kind, form: Body, mail: Mail) -> None:
    work.db.execute(
        "INSERT INTO mail (realm, entity, id, recipient, sender, cc, bcc, subject, body,"
        " form, files, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            work.realm,
            kind.entity,
            form["Id"],
            mail.to,
            mail.sender,
            mail.cc,
            mail.bcc,
            mail.subject,
            mail.body,
            encode(form).decode(),
            encode(_files(work, kind, form)).decode(),
            work.now.timestamp(),
        ),
    )


def _files(work: Work, kind: Kind, form: Body) -> list[Body]:
    """The files that are to go out with a form; notes are for the company alone."""
    rows = work.db.execute(FILES, (work.realm, kind.entity, form["Id"]))
    return [{**dict(row), "id": str(row["id"])} for row in rows]


def outbox(
    db: sqlite3.Connection, realm: str, limit: int = 200, number: int | None = None
) -> list[Body]:
    """The e-mails of a company, newest first, or one; `number` is for `attachment`.

    `files` names what went with it beside the form itself.
    """
    rows = db.execute(
        "SELECT seq AS number, entity, id, recipient, sender, cc, bcc, subject, body, "
        "files, at FROM mail WHERE realm = ? AND seq = coalesce(?, seq) "
        "ORDER BY seq DESC LIMIT ?",
        (realm, number, limit),
    )
    return [{**dict(row), "files": decode(row["files"])} for row in rows]


def attachment(db: sqlite3.Connection, realm: str, number: int) -> bytes | None:
    """The PDF that went with an e-mail, of the form as it then was; None if none did."""
    row = db.execute(
        "SELECT entity, form FROM mail WHERE realm = ? AND seq = ?", (realm, number)
    ).fetchone()
    if row is None or row["form"] is None:
        return None
    company = db.execute(
        "SELECT body FROM entity WHERE realm = ? AND kind = 'CompanyInfo' AND id = 1",
        (realm,),
    ).fetchone()
    return pdf.render(decode(company["body"]), row["entity"], decode(row["form"]))
