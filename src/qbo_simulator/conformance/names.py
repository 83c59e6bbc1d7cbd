"""Checks of customers, vendors and the small lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbo_simulator.conformance.checks import (
    Evidence,
    check,
    expect,
    expect_keys,
    expect_values,
)

if TYPE_CHECKING:
    from qbo_simulator.conformance.service import Body, Service


def customer(service: Service, name: str, **values: object) -> Body:
    """A customer of this run."""
    return service.create(
        "Customer", {"DisplayName": f"{service.mark} {name}", **values}
    )


def deactivated(service: Service, entity: str, held: Body) -> Body:
    """Make a name inactive."""
    return service.create(
        entity,
        {
            "Id": held["Id"],
            "SyncToken": held["SyncToken"],
            "sparse": True,
            "Active": False,
        },
    )


@check(
    "names.minimal-customer",
    "A customer of only a DisplayName is served with its full name, the name on checks, "
    "Active, Job, BillWithParent, zero balances, currency and Print as its delivery",
    Evidence.RECORDED,
    "VCR create/customer",
)
def minimal(service: Service) -> None:
    held = customer(service, "minimal")
    expect_keys("customer", "Taxable CurrencyRef BalanceWithJobs Balance", held)
    expect("FullyQualifiedName", held["DisplayName"], held["FullyQualifiedName"])
    expect("PrintOnCheckName", held["DisplayName"], held["PrintOnCheckName"])
    expect_values(held, Active=True)
    expect_values(held, Job=False)
    expect_values(held, BillWithParent=False)
    expect("Balance", 0, held["Balance"])
    expect("PreferredDeliveryMethod", "Print", held["PreferredDeliveryMethod"])


@check(
    "names.built-name",
    "A customer without a DisplayName is called by its title, names and suffix",
    Evidence.DOCUMENTED,
    "Customer",
)
def built(service: Service) -> None:
    last = service.mark.split()[1]
    held = service.create("Customer", {"GivenName": "Ada", "FamilyName": last})
    expect("DisplayName", f"Ada {last}", held["DisplayName"])


@check(
    "names.unique",
    "A DisplayName is taken once among customers, vendors and employees; 6240",
    Evidence.RECORDED,
    "VCR; FLOW",
)
def unique(service: Service) -> None:
    held = customer(service, "unique")
    for entity in ("Customer", "Vendor"):
        answer = service.post(entity, {"DisplayName": held["DisplayName"]})
        expect(f"code for a {entity}", "6240", answer.fault["code"])
        expect("Message", "Duplicate Name Exists Error", answer.fault["Message"])


@check(
    "names.sub-customer",
    "A sub-customer has Level 1, and the parent's name before its own in the full name",
    Evidence.RECORDED,
    "AIR",
)
def sub_customer(service: Service) -> None:
    parent = customer(service, "parent")
    ref = {"value": parent["Id"]}
    held = customer(service, "child", Job=True, ParentRef=ref)
    expect("Level", 1, held["Level"])
    wanted = f"{parent['DisplayName']}:{held['DisplayName']}"
    expect("FullyQualifiedName", wanted, held["FullyQualifiedName"])
    expect("ParentRef", ref, held["ParentRef"])


@check(
    "names.deactivated",
    'A name made inactive is called "… (deleted)" and its name is free again',
    Evidence.RECORDED,
    "VCR deactivate",
)
def inactive(service: Service) -> None:
    for entity in ("Customer", "Vendor"):
        body = {"DisplayName": f"{service.mark} leaving {entity}"}
        held = service.create(entity, body)
        gone = deactivated(service, entity, held)
        expect_values(gone, Active=False)
        expect("DisplayName", f"{body['DisplayName']} (deleted)", gone["DisplayName"])
        expect("PrintOnCheckName", body["DisplayName"], gone["PrintOnCheckName"])
        service.create(entity, body)


@check(
    "names.inactive-hidden",
    "Inactive names are left out of queries that do not ask for Active, and read by id",
    Evidence.RECORDED,
    "VCR get/inactive_vendors",
)
def hidden(service: Service) -> None:
    held = deactivated(service, "Customer", customer(service, "hidden"))
    asked = f"where Id = '{held['Id']}'"
    expect("rows", [], service.rows("Customer", asked))
    all_rows = service.rows("Customer", f"{asked} and Active in (true, false)")
    expect("rows with Active", 1, len(all_rows))
    expect("by id", held["Id"], service.read("Customer", held["Id"])["Id"])


@check(
    "names.sparse",
    "A sparse update leaves what it omits and empties what is sent as an empty string",
    Evidence.REPORTED,
    "LAF",
)
def sparse(service: Service) -> None:
    held = customer(service, "sparse", Notes="keep", CompanyName="drop")
    saved = service.create(
        "Customer",
        {
            "Id": held["Id"],
            "SyncToken": held["SyncToken"],
            "sparse": True,
            "CompanyName": "",
        },
    )
    expect("Notes", "keep", saved.get("Notes"))
    expect("CompanyName", None, saved.get("CompanyName"))


@check(
    "names.full-update",
    "A full update empties what it omits",
    Evidence.DOCUMENTED,
    "Customer",
)
def full_update(service: Service) -> None:
    held = customer(service, "full", Notes="lost")
    saved = service.create(
        "Customer",
        {
            "Id": held["Id"],
            "SyncToken": held["SyncToken"],
            "DisplayName": held["DisplayName"],
        },
    )
    expect("Notes", None, saved.get("Notes"))
    expect("SyncToken", "1", saved["SyncToken"])


@check(
    "names.bad-email",
    "An e-mail address without @ or . is refused with 2210",
    Evidence.DOCUMENTED,
    "Customer; error codes",
)
def bad_email(service: Service) -> None:
    answer = service.post(
        "Customer",
        {
            "DisplayName": f"{service.mark} e-mail",
            "PrimaryEmailAddr": {"Address": "nobody"},
        },
    )
    expect("code", "2210", answer.fault["code"])


@check(
    "names.too-long",
    "A DisplayName of more than 500 characters is refused with 2050",
    Evidence.DOCUMENTED,
    "Customer",
)
def too_long(service: Service) -> None:
    answer = service.post("Customer", {"DisplayName": "x" * 501})
    expect("code", "2050", answer.fault["code"])


@check(
    "names.minimal-vendor",
    "A vendor of only a DisplayName has Balance 0 and Vendor1099 false",
    Evidence.RECORDED,
    "VCR batch",
)
def vendor(service: Service) -> None:
    held = service.create("Vendor", {"DisplayName": f"{service.mark} vendor"})
    expect("Balance", 0, held["Balance"])
    expect_values(held, Vendor1099=False)
    expect_values(held, Active=True)


@check(
    "names.classes",
    "A class has its full name, SubClass false and Active true",
    Evidence.DOCUMENTED,
    "Class",
)
def classes(service: Service) -> None:
    held = service.create("Class", {"Name": f"{service.mark} class"})
    expect("FullyQualifiedName", held["Name"], held["FullyQualifiedName"])
    expect_values(held, SubClass=False)
    expect_values(held, Active=True)


@check(
    "names.departments",
    "A department has its full name, SubDepartment false and Active true",
    Evidence.DOCUMENTED,
    "Department",
)
def departments(service: Service) -> None:
    held = service.create("Department", {"Name": f"{service.mark} department"})
    expect("FullyQualifiedName", held["Name"], held["FullyQualifiedName"])
    expect_values(held, SubDepartment=False)


@check(
    "names.employees",
    "An employee needs a given or family name; its DisplayName follows from them",
    Evidence.DOCUMENTED,
    "Employee",
)
def employees(service: Service) -> None:
    last = f"E{service.mark.split()[1]}"
    held = service.create("Employee", {"GivenName": "Bo", "FamilyName": last})
    expect("DisplayName", f"Bo {last}", held["DisplayName"])
    answer = service.post("Employee", {"Notes": "nameless"})
    expect("status", 400, answer.status)
