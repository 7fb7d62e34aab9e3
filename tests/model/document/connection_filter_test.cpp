#include "model/document/connection_filter.h"

#include "tests/support/open_trace_maker.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

/// A filter, and the connections out of 12 that pass it.
struct FilterCase
{
    const char* text;
    std::vector<uint32_t> passing;
};

void PrintTo(const FilterCase& filter, std::ostream* out)
{
    *out << '"' << filter.text << '"';
}

class ConnectionFilterCases : public testing::TestWithParam<FilterCase>
{
};

TEST_P(ConnectionFilterCases, LetsThroughWhatMatches)
{
    const OpenTrace open = test::makeTrace(12);
    const ConnectionFilter filter(QString::fromLatin1(GetParam().text));
    std::vector<uint32_t> passing;
    for (uint32_t id = 0; id < 12; ++id) {
        if (filter.matches(open, ConnectionId(id)))
            passing.push_back(id);
    }
    EXPECT_EQ(passing, GetParam().passing);
}

const std::vector<uint32_t> all{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

INSTANTIATE_TEST_SUITE_P(Terms, ConnectionFilterCases,
    testing::Values(FilterCase{"", all}, FilterCase{"   ", all}, FilterCase{"10.0.1.2", {2, 6, 10}},
        FilterCase{"0.1:1003", {3}}, FilterCase{"cause:black", {1, 4, 7, 10}},
        FilterCase{"CAUSE:TearDown", {2, 5, 8, 11}}, FilterCase{"cause:none", {0, 3, 6, 9}}, FilterCase{"cause:", all},
        FilterCase{"host:10.0.1.1", {1, 5, 9}}, FilterCase{"host:10.0.1.", all}, FilterCase{"host:10.0.1", {}},
        FilterCase{"host:10.0.0.*", all}, FilterCase{"port:1004", {4}}, FilterCase{"port:100", {}},
        FilterCase{"port:x", {}}, FilterCase{"port:443", all}, FilterCase{"ended:fin", {0, 3, 6, 9}},
        FilterCase{"ended:re host:10.0.1.1", {1, 5}}, FilterCase{"cause:black port:1007", {7}},
        FilterCase{"nonsense:1", {}}));

TEST(ConnectionFilter, ConnectionsWithoutDiagnosisMatchByAddressOnly)
{
    OpenTrace open = test::makeTrace(3);
    open.diagnosis = std::make_shared<const TraceDiagnosis>(); // stopped before the first one
    EXPECT_TRUE(ConnectionFilter(QStringLiteral("port:1001")).matches(open, ConnectionId(1)));
    EXPECT_FALSE(ConnectionFilter(QStringLiteral("ended:reset")).matches(open, ConnectionId(1)));
}

} // namespace
} // namespace whyrst
