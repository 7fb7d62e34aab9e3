#include "model/diagnosis/connection_findings.h"

namespace whyrst {

Findings findingsOf(const Connection& connection, const Analysis& analysis, const ConnectionDiagnosis& diagnosis)
{
    return findEpisodes(connection, analysis, diagnosis.ignoredResets);
}

} // namespace whyrst
