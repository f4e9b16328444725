"""Who runs this program, for an audit."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping


def account(environment: Mapping[str, str] = os.environ) -> str:
    """The account of the effective user; behind sudo, which login asked, as the environment says.

    Only the account is certain: whoever runs a program decides what stands in its environment.
    """
    number = os.geteuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a container may have no name for it
        name = str(number)
    login = environment.get("SUDO_USER", "")
    return f"{name} (sudo: {login})" if login and login.isprintable() else name
