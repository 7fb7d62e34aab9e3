#include "model/diagnosis/rule_table.h"

#include <array>

namespace whyrst {

namespace {

constexpr std::array rules = {
    Rule{CauseId::IgnoredReset, explainIgnoredReset},
    Rule{CauseId::ConnectionRefused, explainConnectionRefused},
    Rule{CauseId::PortReuse, explainPortReuse},
    Rule{CauseId::ZeroWindowStarvation, explainZeroWindowStarvation},
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
