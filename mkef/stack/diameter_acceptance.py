"""Whom a node accepts, by its capabilities (RFC 6733 clauses 5.3, 5.6.4)."""

from __future__ import annotations

from typing import NamedTuple

from mkef.stack.diameter_access import RELAY_APPLICATION, Remote, same_identity
from mkef.stack.diameter_base import NO_INBAND_SECURITY
from mkef.stack.diameter_events import LocalNode, Policy
from mkef_codecs.diameter.applications import check_application
from mkef_codecs.diameter.commands import SUCCESS
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.generated.diameter import ANSWER, CEA, CER


class Unacceptable(NamedTuple):
    """The Result-Code and the reason why a peer is not accepted."""

    result_code: int
    problem: str
    failed_avp: bytes = b""


def judge(local: LocalNode, policy: Policy, peer: CER | CEA) -> Unacceptable | None:
    """Why a peer is not acceptable; None if it is."""
    host = peer.origin_host.lower()
    if policy.certified_names is not None and host not in policy.certified_names:
        return Unacceptable(ResultCode.UNKNOWN_PEER, "the Origin-Host is not in the certificate")
    if not policy.access.admits(host):
        return Unacceptable(ResultCode.UNKNOWN_PEER, "the Origin-Host is not configured here")
    if peer.inband_security_id and NO_INBAND_SECURITY not in peer.inband_security_id:
        return Unacceptable(ResultCode.NO_COMMON_SECURITY, "in-band security is not offered")
    if isinstance(peer, CER):  # a CEA is taken as it is: nobody could be told
        try:
            for group in peer.vendor_specific_application_id:
                check_application(group)
        except DiameterError as error:
            return Unacceptable(error.result_code, str(error), error.failed_avp)
    ours = {application for _, application in local.applications}
    if not (ours | {RELAY_APPLICATION}) & applications_of(peer):
        return Unacceptable(ResultCode.NO_COMMON_APPLICATION, "no common application")
    return None


def objection(local: LocalNode, policy: Policy, cea: CEA | ANSWER) -> str | None:
    """Why the answer to our CER is the end of a connection; None if it is not."""
    if isinstance(cea, ANSWER) or cea.result_code != SUCCESS:
        said = f": {cea.error_message}" if cea.error_message else ""
        return f"CEA {cea.result_code} from {cea.origin_host}{said}"
    expected = policy.expected_host
    if expected and not same_identity(expected, cea.origin_host):
        return f"the peer is {cea.origin_host}, not {expected}"
    refusal = judge(local, policy, cea)
    return None if refusal is None else f"CEA of {cea.origin_host}: {refusal.problem}"


def remote_of(policy: Policy, peer: CER | CEA) -> Remote:
    """What is known of a peer that is accepted."""
    return Remote(
        peer.origin_host,
        peer.origin_realm,
        certified=policy.certified_names is not None,
        applications=applications_of(peer),
        agent=policy.access.agent(peer.origin_host),
    )


def applications_of(peer: CER | CEA) -> frozenset[int]:
    """The applications that a peer offers in any of the three AVPs for that (clause 5.3)."""
    groups = peer.vendor_specific_application_id
    specific = (a for g in groups for a in (g.auth_application_id, g.acct_application_id))
    plain = {*peer.auth_application_id, *peer.acct_application_id}
    return frozenset(plain | {a for a in specific if a is not None})
