#include "model/diagnosis/rule_table.h"

#include <array>

namespace whyrst {

namespace {

constexpr std::array rules = {
    Rule{CauseId::IgnoredReset, explainIgnoredReset},
    Rule{CauseId::InjectedReset, explainInjectedReset},
    Rule{CauseId::IcmpUnreachable, explainIcmpUnreachable},
    Rule{CauseId::ConnectionRefused, explainConnectionRefused},
    Rule{CauseId::PortReuse, explainPortReuse},
    Rule{CauseId::InvalidHandshake, explainInvalidHandshake},
    Rule{CauseId::HandshakeAbandoned, explainHandshakeAbandoned},
    Rule{CauseId::AcceptQueueOverflow, explainAcceptQueueOverflow},
    Rule{CauseId::AckPathLoss, explainAckPathLoss},
    Rule{CauseId::ZeroWindowStarvation, explainZeroWindowStarvation},
    Rule{CauseId::CorruptedSegment, explainCorruptedSegment},
    Rule{CauseId::ReceiverDiscards, explainReceiverDiscards},
    Rule{CauseId::SackMangled, explainSackMangled},
    Rule{CauseId::MtuBlackHole, explainMtuBlackHole},
    Rule{CauseId::PathOutage, explainPathOutage},
    Rule{CauseId::SegmentBlackHole, explainSegmentBlackHole},
    Rule{CauseId::KeepaliveTimeout, explainKeepaliveTimeout},
    Rule{CauseId::ResponseTimeout, explainResponseTimeout},
    Rule{CauseId::IdleTimeout, explainIdleTimeout},
    Rule{CauseId::DataAfterClose, explainDataAfterClose},
    Rule{CauseId::CloseWithUnreadData, explainCloseWithUnreadData},
    Rule{CauseId::Teardown, explainTeardown},
    Rule{CauseId::HalfOpen, explainHalfOpen},
    Rule{CauseId::ApplicationAbort, explainApplicationAbort},
    Rule{CauseId::Unknown, explainUnknown},
};

} // namespace

std::span<const Rule> ruleTable()
{
    return rules;
}

} // namespace whyrst
