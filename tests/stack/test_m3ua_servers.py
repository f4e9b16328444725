"""Application servers: states, traffic modes, T(r), routing keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.m3ua_events import Effects, Forward, Note, Tell
from mkef.stack.m3ua_servers import (
    MAX_PENDING,
    RECOVERY_S,
    ApplicationServers,
    AsState,
    Deregistration,
    Provision,
    Registration,
)
from mkef_codecs.ss7.m3ua import Message, ProtocolData, Status, Tag, TrafficMode
from mkef_codecs.ss7.m3ua_parameters import AffectedPointCode, RoutingKey

POINT_CODE = 1


def traffic(sls: int = 0, dpc: int = POINT_CODE) -> ProtocolData:
    return ProtocolData(2, dpc, bytes((sls,)), sls=sls)


def gateway(mode: TrafficMode | None, *asps: str) -> ApplicationServers:
    """One application server, and its ASPs up and active in their order."""
    servers = ApplicationServers([Provision(7, frozenset({POINT_CODE}), mode)])
    for asp in asps:
        servers.up(asp, "host", 0.0)
        servers.activate(asp, (), None, 0.0)
    return servers


def told(effects: Effects) -> list[tuple[str, Status]]:
    found = []
    for effect in effects:
        if isinstance(effect, Tell):
            assert isinstance(effect.message, Message)
            status = effect.message.integer(Tag.STATUS)
            assert status is not None
            found.append((effect.asp, Status(status)))
    return found


def takers(effects: Effects | None) -> list[str]:
    assert effects is not None
    return [e.asp for e in effects if isinstance(e, Forward)]


def test_states_are_told_as_they_change() -> None:
    servers = ApplicationServers([Provision(7, frozenset({POINT_CODE}))])
    assert told(servers.up("a", "host", 0.0)) == [("a", Status.AS_INACTIVE)]
    assert told(servers.up("b", "host", 0.0)) == [("b", Status.AS_INACTIVE)]
    contexts, effects = servers.activate("a", (7,), None, 0.0)
    assert contexts == (7,)
    assert sorted(told(effects)) == [("a", Status.AS_ACTIVE), ("b", Status.AS_ACTIVE)]
    assert told(servers.activate("b", (7,), None, 0.0)[1]) == [("b", Status.AS_ACTIVE)]
    assert told(servers.deactivate("a", 1.0)) == []
    assert sorted(told(servers.deactivate("b", 1.0))) == [
        ("a", Status.AS_PENDING),
        ("b", Status.AS_PENDING),
    ]
    assert servers.deadline == 1.0 + RECOVERY_S
    assert sorted(told(servers.tick(1.0 + RECOVERY_S))) == [
        ("a", Status.AS_INACTIVE),
        ("b", Status.AS_INACTIVE),
    ]
    assert servers.deadline is None


def test_override_gives_all_to_the_last_one() -> None:
    servers = gateway(TrafficMode.OVERRIDE, "a")
    servers.up("b", "host", 0.0)
    _, effects = servers.activate("b", (), None, 0.0)
    assert told(effects)[0] == ("a", Status.ALTERNATE_ASP_ACTIVE)
    assert [e.supersedes for e in effects if isinstance(e, Tell)] == [True, False]
    assert [takers(servers.forward(traffic(i), None)) for i in range(3)] == [["b"]] * 3


def test_loadsharing_keeps_each_sls_with_one() -> None:
    servers = gateway(TrafficMode.LOADSHARE, "a", "b")
    shared = [takers(servers.forward(traffic(sls), None)) for sls in range(4)]
    assert shared == [["a"], ["b"], ["a"], ["b"]]
    servers.down("a", 0.0)
    assert takers(servers.forward(traffic(0), None)) == ["b"]


def test_broadcast_gives_all_to_everyone() -> None:
    servers = gateway(TrafficMode.BROADCAST, "a", "b")
    assert takers(servers.forward(traffic(), None)) == ["a", "b"]


def test_the_first_asp_chooses_the_mode_where_none_is_configured() -> None:
    servers = ApplicationServers([Provision(7, frozenset({POINT_CODE}))])
    for asp in ("a", "b"):
        servers.up(asp, "host", 0.0)
        servers.activate(asp, (7,), TrafficMode.BROADCAST, 0.0)
    assert takers(servers.forward(traffic(), None)) == ["a", "b"]


def test_traffic_waits_for_an_asp_that_comes_back() -> None:
    servers = gateway(None, "a")
    servers.down("a", 1.0)
    assert servers.forward(traffic(3), None) == []
    assert servers.serves(POINT_CODE)
    servers.up("again", "host", 2.0)
    _, effects = servers.activate("again", (), None, 2.0)
    (forwarded,) = [e for e in effects if isinstance(e, Forward)]
    assert forwarded == Forward("again", traffic(3), 7)
    assert servers.deadline is None


def test_traffic_that_waits_is_bounded_and_ends_with_t_r() -> None:
    servers = gateway(None, "a")
    servers.down("a", 0.0)
    for _ in range(MAX_PENDING):
        assert servers.forward(traffic(), None) == []
    (refused,) = servers.forward(traffic(), None) or []
    assert isinstance(refused, Note)
    (lost,) = servers.tick(RECOVERY_S)
    assert isinstance(lost, Note)
    assert lost.fields["messages"] == MAX_PENDING
    assert servers.forward(traffic(), None) is None
    assert not servers.serves(POINT_CODE)


def test_a_point_code_of_nobody_has_no_application_server() -> None:
    assert gateway(None, "a").forward(traffic(dpc=9), None) is None


def test_an_application_server_takes_asps_of_its_hosts_only() -> None:
    servers = ApplicationServers([Provision(7, frozenset({1}), hosts=frozenset({"10.0.0.1"}))])
    assert servers.up("stranger", "10.0.0.2", 0.0) == []
    assert told(servers.up("a", "10.0.0.1", 0.0)) == [("a", Status.AS_INACTIVE)]


def test_without_a_configuration_each_host_is_served_apart() -> None:
    servers = ApplicationServers()
    for asp, host in (("a", "10.0.0.1"), ("b", "10.0.0.2")):
        servers.up(asp, host, 0.0)
        assert servers.activate(asp, (5,), None, 0.0)[0] == (5,)
    assert takers(servers.forward(traffic(), "10.0.0.1")) == ["a"]
    assert takers(servers.forward(traffic(), "10.0.0.2")) == ["b"]
    assert servers.forward(traffic(), "10.0.0.3") is None
    assert takers(servers.forward(traffic(), None)) == ["a"]


def test_what_nobody_configured_is_forgotten() -> None:
    servers = ApplicationServers(registers=True)
    for i in range(50):
        servers.up(f"a{i}", "host", 0.0)
        result = servers.register(f"a{i}", RoutingKey(1, i))
        servers.activate(f"a{i}", (result.routing_context,), None, 0.0)
        servers.down(f"a{i}", 0.0)
    assert len(servers._servers) == 50
    servers.tick(RECOVERY_S)
    assert servers._servers == []
    implicit = ApplicationServers()
    for i in range(50):
        implicit.up(f"a{i}", f"host{i}", 0.0)
        implicit.down(f"a{i}", 0.0)
    assert implicit._servers == []


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (RoutingKey(1, 9), Registration.SUCCESS),
        (RoutingKey(1, 9, traffic_mode=2, service_indicators=(3,)), Registration.SUCCESS),
        (RoutingKey(1, 9, service_indicators=(5,)), Registration.INVALID_ROUTING_KEY),
        (RoutingKey(1, 9, traffic_mode=9), Registration.UNSUPPORTED_TRAFFIC_MODE),
        (RoutingKey(1, 9, routing_context=3), Registration.UNSUPPORTED_PARAMETER),
        (
            RoutingKey(1, 9, originating_point_codes=(AffectedPointCode(1),)),
            Registration.UNSUPPORTED_PARAMETER,
        ),
        (RoutingKey(1, 8), Registration.CANNOT_SUPPORT_UNIQUE_ROUTING),
    ],
)
def test_routing_keys(key: RoutingKey, status: Registration) -> None:
    servers = ApplicationServers(registers=True)
    servers.up("first", "10.0.0.1", 0.0)
    servers.register("first", RoutingKey(1, 8))
    servers.up("second", "10.0.0.2", 0.0)
    result = servers.register("second", key)
    assert result.status == status
    assert bool(result.routing_context) is (status is Registration.SUCCESS)


def test_a_second_asp_of_the_same_host_joins_a_routing_key() -> None:
    servers = ApplicationServers(registers=True)
    results = []
    for asp in ("a", "b", "b"):
        servers.up(asp, "host", 0.0)
        results.append(servers.register(asp, RoutingKey(1, POINT_CODE)))
    assert [r.status for r in results] == [0, 0, Registration.ALREADY_REGISTERED]
    assert results[0].routing_context == results[1].routing_context
    assert servers.deregister("c", results[0].routing_context) == Deregistration.NOT_REGISTERED
    assert servers.deregister("a", 99) == Deregistration.INVALID_ROUTING_CONTEXT


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["up", "activate", "deactivate", "down", "send", "tick"]),
        st.sampled_from("abc"),
        st.floats(0, 3),
    ),
    max_size=30,
)


def happen(servers: ApplicationServers, step: str, asp: str, number: int, now: float) -> Effects:
    data = ProtocolData(2, POINT_CODE, number.to_bytes(2, "big"), sls=number % 16)
    does: dict[str, Callable[[], Effects]] = {
        "up": lambda: servers.up(asp, "host", now),
        "activate": lambda: (
            servers.activate(asp, (), None, now)[1] if asp in servers._groups else []
        ),
        "deactivate": lambda: servers.deactivate(asp, now),
        "down": lambda: servers.down(asp, now),
        "send": lambda: servers.forward(data, None) or [],
        "tick": lambda: servers.tick(now),
    }
    return does[step]()


@given(STEPS, st.sampled_from(TrafficMode))
def test_traffic_goes_to_active_asps_only_and_nothing_is_sent_twice(
    steps: list[tuple[str, str, float]], mode: TrafficMode
) -> None:
    servers = ApplicationServers([Provision(7, frozenset({POINT_CODE}), mode)])
    now, delivered = 0.0, []
    for number, (step, asp, later) in enumerate(steps):
        now += later
        effects = happen(servers, step, asp, number, now)
        (server,) = servers._servers
        for effect in effects:
            if isinstance(effect, Forward):
                assert server.asps[effect.asp]
                delivered.append((effect.asp, effect.data.data))
        assert (server.state is AsState.ACTIVE) is any(server.asps.values())
        assert (server.deadline is not None) is (server.state is AsState.PENDING)
    assert len(delivered) == len(set(delivered))
    if mode is not TrafficMode.BROADCAST:
        assert len({octets for _, octets in delivered}) == len(delivered)
