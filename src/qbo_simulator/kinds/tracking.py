"""What transactions are told apart by: classes, and departments (locations)."""

from __future__ import annotations

from qbo_simulator.books.fields import Address, Field, Flag, Ref, Text, both
from qbo_simulator.kinds.lists import NamedList
from qbo_simulator.kinds.trees import Tree


class Class(NamedList):
    """A part of the business that lines or whole transactions are counted under."""

    entity = "Class"
    list_name = "Classes"
    sequence = "classes"
    tree = Tree("Class", "Name", "SubClass")
    head = (
        Field("Name", Text(100, ":"), column="name", keep=True),
        Field("SubClass", Flag(), keep=True),
        Field("ParentRef", Ref(target="Class", named=False)),
        both("FullyQualifiedName", Text(), read_only=True, column="full_name"),
        both("Active", Flag(), column="active", keep=True),
    )
    tolerated = frozenset({"CustomField", "ClassEx"})


class Department(NamedList):
    """A place of business that whole transactions are counted under."""

    entity = "Department"
    list_name = "Departments"
    sequence = "departments"
    tree = Tree("Department", "Name", "SubDepartment")
    head = (
        Field("Name", Text(100, ":"), column="name", keep=True),
        Field("SubDepartment", Flag(), keep=True, sortable=True),
        Field("ParentRef", Ref(target="Department", named=False)),
        both("FullyQualifiedName", Text(), read_only=True, column="full_name"),
        both("Active", Flag(), column="active", keep=True),
        Field("Address", Address()),
    )
    tolerated = frozenset({"CustomField", "DepartmentEx"})
