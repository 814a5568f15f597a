"""``izdes serve`` says when it is open to a network with nothing before it that encrypts."""

from dataclasses import replace

import pytest

from server.config import Config
from server.shell.serving import is_open_without_encryption


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "localhost", "::1", "[::1]"])
def test_this_machine_alone_is_no_danger(host: str) -> None:
    assert not is_open_without_encryption(host, Config.from_environment())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "izdes.example.org"])  # noqa: S104
def test_a_network_is_one_unless_a_proxy_stands_before(host: str) -> None:
    config = replace(Config.from_environment(), trusted_proxies=0)
    assert is_open_without_encryption(host, config)
    assert not is_open_without_encryption(host, replace(config, trusted_proxies=1))
