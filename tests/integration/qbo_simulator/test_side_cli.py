"""The command line, as a person at a terminal meets it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from qbo_simulator.cli import main

COMMAND = [sys.executable, "-m", "qbo_simulator.cli"]


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve in a process of its own on a free port; give it and its address."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--empty", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split(": ", 1)[1].strip()
        wait_for(address)
        yield process, address
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{address}/_sim/clock")
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def credentials(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert main(["credentials", "--data", str(folder)]) == 0
    return json.loads(capsys.readouterr().out)


def test_credentials_issued_beside_a_running_simulator_work_at_once(tmp_path, capsys):
    with serving("--data", str(tmp_path)) as (_process, address):
        first, second = credentials(tmp_path, capsys), credentials(tmp_path, capsys)
        assert set(first) == {
            "base_url",
            "discovery_url",
            "realm_id",
            "client_id",
            "client_secret",
            "refresh_token",
            "access_token",
            "webhook_verifier_token",
        }
        assert first["base_url"] == f"{address}/v3/company"
        assert httpx.get(first["discovery_url"]).status_code == 200
        for keys in (first, second):
            answer = httpx.get(
                f"{keys['base_url']}/{keys['realm_id']}/companyinfo/{keys['realm_id']}",
                headers={"authorization": f"Bearer {keys['access_token']}"},
            )
            assert answer.status_code == 200
            form = {
                "grant_type": "refresh_token",
                "refresh_token": keys["refresh_token"],
            }
            auth = (keys["client_id"], keys["client_secret"])
            tokens = httpx.post(
                f"{address}/oauth2/v1/tokens/bearer", data=form, auth=auth
            )
            assert tokens.status_code == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_and_the_books_are_kept(tmp_path, capsys, number):
    with serving("--data", str(tmp_path)) as (process, _address):
        keys = credentials(tmp_path, capsys)
        httpx.post(
            f"{keys['base_url']}/{keys['realm_id']}/customer",
            json={"DisplayName": "Kept"},
            headers={"authorization": f"Bearer {keys['access_token']}"},
        ).raise_for_status()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert "has stopped" in out
    with serving("--data", str(tmp_path)) as (_process, address):
        page = httpx.get(f"{address}/books/{keys['realm_id']}/customers")
        assert "Kept" in page.text


def test_books_that_are_there_are_kept_when_an_empty_company_is_asked_for(tmp_path):
    assert main(["reset", "--data", str(tmp_path)]) == 0
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--empty", "--data", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = process.stderr.readline()
    address = process.stdout.readline().split(": ", 1)[1].strip()
    realm = httpx.get(f"{address}/_sim/companies").json()["companies"][0]["realm"]
    page = httpx.get(f"{address}/books/{realm}/customers").text
    process.kill()
    process.communicate()
    assert "reset --empty" in said
    assert "Anchor Inn" in page


def test_a_taken_port_is_said_in_one_sentence(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port), "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert f"Port {port}" in said
    assert said.count("\n") == 1


def test_two_simulators_do_not_serve_one_folder(tmp_path, capsys):
    with serving("--data", str(tmp_path)):
        assert main(["serve", "--port", "0", "--data", str(tmp_path)]) == 1
        assert "already serves" in capsys.readouterr().err
        assert main(["reset", "--data", str(tmp_path)]) == 1
        assert "Stop it first" in capsys.readouterr().err


def test_reset_starts_afresh_with_new_keys(tmp_path, capsys):
    assert main(["reset", "--empty", "--data", str(tmp_path)]) == 0
    assert "2 companies" in capsys.readouterr().out
    before = credentials(tmp_path, capsys)
    assert main(["reset", "--empty", "--data", str(tmp_path)]) == 0
    capsys.readouterr()
    after = credentials(tmp_path, capsys)
    assert after["client_id"] != before["client_id"]


def test_a_company_is_chosen_by_its_number(tmp_path, capsys):
    main(["reset", "--empty", "--data", str(tmp_path)])
    capsys.readouterr()
    assert main(["credentials", "--data", str(tmp_path), "--company", "2"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert second["realm_id"] != credentials(tmp_path, capsys)["realm_id"]
    assert main(["credentials", "--data", str(tmp_path), "--company", "3"]) == 1
    assert capsys.readouterr().err == (
        "qbo-simulator: There is no company 3. Choose a number from 1 to 2.\n"
    )


def test_credentials_of_a_folder_without_a_simulator_make_nothing(tmp_path, capsys):
    assert main(["credentials", "--data", str(tmp_path / "none")]) == 1
    assert "There is no simulator" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_folder_that_is_a_file_is_said_in_one_sentence(tmp_path, capsys):
    file = tmp_path / "file"
    file.touch()
    for command in ("reset", "serve"):
        options = ["--port", "0"] if command == "serve" else []
        assert main([command, "--data", str(file), *options]) == 1
        assert "--data" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path, capsys):
    tmp_path.chmod(0o500)
    assert main(["reset", "--data", str(tmp_path / "inside")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    "arguments", [[], ["serve", "--port", "high"], ["credentials", "--company", "two"]]
)
def test_a_command_that_makes_no_sense_explains_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: qbo-simulator" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["serve"], ["reset"], ["credentials"]])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    assert len(capsys.readouterr().out) > 200


@pytest.mark.parametrize("command", ["serve", "reset", "credentials"])
def test_a_file_that_holds_no_books_is_said_in_one_sentence_and_left_alone(
    tmp_path, capsys, command
):
    file = tmp_path / "simulator.sqlite3"
    file.write_bytes(b"not a database" * 1000)
    port = ["--port", "0"] if command == "serve" else []
    assert main([command, "--data", str(tmp_path), *port]) == 1
    said = capsys.readouterr().err
    assert str(file) in said
    assert said.count("\n") == 1
    assert file.read_bytes() == b"not a database" * 1000


def test_a_wrong_webhook_address_is_refused(tmp_path, capsys):
    arguments = ["--port", "0", "--empty", "--data", str(tmp_path)]
    assert main(["serve", *arguments, "--webhook", "example.com"]) == 1
    assert "--webhook" in capsys.readouterr().err


def test_an_unlimited_simulator_answers_as_fast_as_it_is_asked(tmp_path, capsys):
    with serving("--data", str(tmp_path), "--unlimited") as (_, address):
        keys = credentials(tmp_path, capsys)
        url = f"{address}/v3/company/{keys['realm_id']}/companyinfo/{keys['realm_id']}"
        headers = {"Authorization": f"Bearer {keys['access_token']}"}
        with httpx.Client(headers=headers) as client:
            answers = {client.get(url).status_code for _ in range(30)}
    assert answers == {200}
