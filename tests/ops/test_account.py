"""Who an audit says it was: the account, and behind sudo the login beside it."""

from __future__ import annotations

import os
import pwd

import pytest

from mkef.ops.account import account


@pytest.mark.parametrize(
    ("environment", "beside"),
    [
        ({}, ""),
        ({"LOGNAME": "alice", "USER": "alice"}, ""),
        ({"SUDO_USER": "alice"}, " (sudo: alice)"),
        ({"SUDO_USER": "alice\nroot"}, ""),
        ({"SUDO_USER": ""}, ""),
    ],
)
def test_the_environment_only_adds(environment: dict[str, str], beside: str) -> None:
    assert account(environment) == pwd.getpwuid(os.geteuid()).pw_name + beside


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_000)
    assert account({}) == "4000000000"
