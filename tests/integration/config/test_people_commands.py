from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from counterfoil.config.cli import main
from counterfoil.config.people_commands import ROLES
from counterfoil.workspaces.models import Membership, Role, User, Workspace

pytestmark = pytest.mark.django_db


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=given)


def test_a_workspace_and_its_owner_are_made_from_the_command_line() -> None:
    made = run(
        *("workspace", "create", "Harbour Coffee", "--currency", "eur"),
        *("--time-zone", "Europe/Lisbon", "--country", "pt", "--language", "pt-br"),
    )
    joined = run(
        *("user", "create", "ada@example.test", "--name", "Ada Moss"),
        *("--workspace", "Harbour Coffee", "--role", "owner", "--password-stdin"),
        given="tea-and-biscuits-4\n",
    )

    assert (made.exit_code, joined.exit_code) == (0, 0), made.output + joined.output
    workspace = Workspace.objects.get(name="Harbour Coffee")
    assert workspace.home_currency == "EUR"
    ada = User.objects.get(email="ada@example.test")
    assert ada.check_password("tea-and-biscuits-4")
    assert Membership.objects.get(workspace=workspace, user=ada).role == Role.OWNER
    assert "tea-and-biscuits-4" not in joined.output


def test_a_generated_password_is_printed_once_and_works() -> None:
    made = run("user", "create", "bo@example.test", "--password-generated")

    password = made.output.partition("Password: ")[2].strip()
    assert User.objects.get(email="bo@example.test").check_password(password)


def test_an_owner_who_exists_already_is_taken_into_the_new_workspace() -> None:
    run("user", "create", "ada@example.test", "--password-generated")

    assert (
        run("workspace", "create", "Second", "--owner", "ADA@example.test").exit_code
        == 0
    )

    assert Membership.objects.get(workspace__name="Second").role == Role.OWNER


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("workspace", "create", " "), "Give the workspace a name."),
        (("workspace", "create", "A", "--currency", "XYZ"), "XYZ is not a currency"),
        (
            ("workspace", "create", "A", "--time-zone", "Mars"),
            "Mars is not a time zone",
        ),
        (("workspace", "create", "A", "--owner", "cy@example.test"), "Nobody has"),
        (("user", "create", "nonsense", "--password-generated"), "not an e-mail"),
        (("user", "create", "a@b.test", "--role", "king"), "king"),
        (("user", "create", "a@b.test"), "no terminal"),
        (
            (
                "user",
                "create",
                "a@b.test",
                "--workspace",
                "Nowhere",
                "--password-stdin",
            ),
            "There is no workspace Nowhere",
        ),
        (
            ("user", "create", "a@b.test", "--password-stdin", "--password-generated"),
            "Choose one of",
        ),
    ],
)
def test_bad_input_is_refused_in_a_sentence_and_leaves_nothing(
    words: tuple[str, ...], sentence: str
) -> None:
    refused = run(*words)

    assert refused.exit_code == 2
    assert sentence in refused.output
    assert "Traceback" not in refused.output
    assert not User.objects.exists()
    assert not Workspace.objects.exists()


def test_a_weak_password_leaves_no_user_and_no_membership() -> None:
    run("workspace", "create", "Harbour Coffee")

    refused = run(
        *("user", "create", "ada@example.test", "--workspace", "Harbour Coffee"),
        "--password-stdin",
        given="short\n",
    )

    assert refused.exit_code == 2
    assert not User.objects.exists()


def test_two_workspaces_of_one_name_are_told_apart_by_number() -> None:
    for _ in range(2):
        run("workspace", "create", "Twin")
    words = (
        "user",
        "create",
        "ada@example.test",
        "--password-generated",
        "--workspace",
    )

    assert "More than one workspace" in run(*words, "Twin").output
    number = Workspace.objects.order_by("pk").values_list("pk", flat=True)[1]
    assert run(*words, str(number)).exit_code == 0

    assert Membership.objects.get().workspace_id == number


def test_the_roles_of_the_command_are_the_roles_of_the_product() -> None:
    assert list(ROLES) == Role.values


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("serve",),
        ("worker",),
        ("demo",),
        ("migrate",),
        ("workspace", "create"),
        ("user", "create"),
        ("check",),
    ],
)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    told = run(*words, "--help")

    assert told.exit_code == 0
    assert "Usage:" in told.output
    if words:
        assert "Example" in told.output


def test_a_state_folder_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COUNTERFOIL_HOME", str(tmp_path / "file"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    refused = run("migrate")

    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert len(refused.output.splitlines()) == 1
