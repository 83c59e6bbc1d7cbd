"""A person at the bookkeeper's pages, who uses them as a browser without JavaScript."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

import httpx

from qbo_simulator.testing import Running


class Bookkeeper:
    """A person at the first company's pages."""

    def __init__(self, running: Running) -> None:
        self.state = running.state
        self.realm = running.state.store.realms()[0]
        self.company = running.state.company(self.realm)
        self.http = httpx.Client(base_url=running.base_url)
        self.root = f"/books/{self.realm}"

    def see(self, path: str = "", **asked: str) -> str:
        answer = self.http.get(f"{self.root}{path}", params=asked or None)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def do(self, path: str, **form: Any) -> str:
        """Send a form that is accepted; give the address that is shown next."""
        answer = self.http.post(f"{self.root}{path}", data=form)
        assert answer.status_code == 303, problem_in(answer.text)
        return str(answer.headers["location"])

    def refused(self, path: str, **form: Any) -> str:
        """Send a form that is refused; give what is said."""
        answer = self.http.post(f"{self.root}{path}", data=form)
        assert answer.status_code == 422, answer.text[:500]
        return problem_in(answer.text)

    def customer(self, name: str = "Ada Foods", **form: str) -> str:
        return number_in(self.do("/customers/new", display_name=name, **form))

    def item(self) -> str:
        """The name of the first service, or of a new one."""
        items = self.company.query("select * from Item where Type = 'Service'")
        if not items:
            account = self.company.query(
                "select * from Account where AccountType = 'Income'"
            )["Account"][0]["Id"]
            self.do("/items/new", name="Sweeping", rate="12.50", account=account)
            return "Sweeping"
        return str(items["Item"][0]["Name"])

    def invoice(
        self, customer: str = "Ada Foods", rate: str = "100", **more: Any
    ) -> str:
        form = {
            "customer": customer,
            "line_item": [self.item()],
            "line_quantity": ["1"],
            "line_rate": [rate],
            "line_tax": ["NON"],
            **more,
        }
        return number_in(self.do("/invoices/new", **form))

    def account(self, name: str, kind: str) -> str:
        """The id of an account of that name, opened if there is none."""
        where = f"where Name = '{name}'"
        found = self.company.query(f"select * from Account {where}").get("Account")  # noqa: S608
        if found:
            return str(found[0]["Id"])
        return number_in(self.do("/accounts/new", name=name, type=kind))

    def read(self, entity: str, number: str) -> dict[str, Any]:
        return self.company.read(entity, number)


def number_in(address: str) -> str:
    return address.rsplit("/", 1)[-1].partition("?")[0]


def problem_in(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</div>', page, re.DOTALL)
    return html.unescape(re.sub("<[^>]+>", " ", found.group(1))) if found else page


class ShownForm(HTMLParser):
    """What a browser would send of the form that is posted on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._within = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "form":
            self._within = held.get("method") == "post"
        if not self._within:
            return
        name = held.get("name") or ""
        if tag == "input" and name and not self._is_unchecked(held):
            self.values.setdefault(name, []).append(held.get("value") or "")
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            value = held.get("value")
            self._select[1].append((value or "", "selected" in held))
        elif tag == "textarea":
            self._area = name
            self.values.setdefault(name, []).append("")

    def _is_unchecked(self, held: dict[str, Any]) -> bool:
        return held.get("type") == "checkbox" and "checked" not in held

    def handle_data(self, text: str) -> None:
        if self._area:
            self.values[self._area][-1] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected]
            self.values.setdefault(name, []).append((chosen or [options[0][0]])[0])
            self._select = None
