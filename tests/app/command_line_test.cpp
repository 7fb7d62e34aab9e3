#include "tests/app/whyrst_process.h"

#include <gtest/gtest.h>

namespace whyrst {

TEST(CommandLine, ShowsItsVersion)
{
    const ProcessResult result = runWhyrst({QStringLiteral("--version")});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out.toStdString(), "whyrst " WHYRST_VERSION "\n");
}

TEST(CommandLine, ShowsItsHelp)
{
    const ProcessResult result = runWhyrst({QStringLiteral("--help")});
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(result.out.contains("whyrst diagnose"));
}

TEST(CommandLine, SaysThatTheWindowNeedsADisplay)
{
    const ProcessResult result = runWhyrst({sampleCapture()});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

TEST(CommandLine, NamesACommandThatDoesNotExist)
{
    const ProcessResult result = runWhyrst({QStringLiteral("analyse"), sampleCapture()});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    EXPECT_TRUE(result.err.contains("analyse")) << result.err.constData();
}

struct WrongUsage
{
    const char* name;
    const char* arguments; ///< separated by spaces; SAMPLE stands for a capture

    friend std::ostream& operator<<(std::ostream& out, const WrongUsage& test) { return out << test.name; }
};

class WrongCommandLine : public testing::TestWithParam<WrongUsage>
{
};

TEST_P(WrongCommandLine, GivesOneSentenceAndStatusTwo)
{
    QString line = QString::fromLatin1(GetParam().arguments);
    QStringList arguments = line.split(u' ');
    arguments.replaceInStrings(QStringLiteral("SAMPLE"), sampleCapture());
    const ProcessResult result = runWhyrst(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(result.out.isEmpty()) << result.out.constData();
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

INSTANTIATE_TEST_SUITE_P(All, WrongCommandLine,
    testing::Values(WrongUsage{"NoFile", "diagnose"}, WrongUsage{"UnknownOption", "diagnose --nonsense SAMPLE"},
        WrongUsage{"UnknownFormat", "diagnose --format yaml SAMPLE"},
        WrongUsage{"UnknownCause", "diagnose --fail-on bad-luck SAMPLE"},
        WrongUsage{"MissingValue", "diagnose SAMPLE --format"}, WrongUsage{"NoSuchFile", "diagnose no-such-file.pcap"},
        WrongUsage{"Folder", "diagnose /"}, WrongUsage{"NoSuchConnection", "diagnose --connection 1 SAMPLE"},
        WrongUsage{"NoSuchReset", "diagnose --reset 586 SAMPLE"},
        WrongUsage{"ConnectionIsNoNumber", "diagnose --connection first SAMPLE"},
        WrongUsage{"ResetZero", "diagnose --reset 0 SAMPLE"},
        WrongUsage{"PeerIsAbsent", "diagnose --peer /no/such SAMPLE"},
        WrongUsage{"BadFilter", "diagnose --filter tcp&&&& SAMPLE"},
        WrongUsage{"FilterWithAHostName", "diagnose --filter example.invalid SAMPLE"},
        WrongUsage{"ExplainedJson", "diagnose --explain --format json SAMPLE"},
        WrongUsage{"MergeOfAbsentFiles", "diagnose --merge /no/such /not/either"},
        WrongUsage{"CompareComesLater", "compare a b"}, WrongUsage{"ReportComesLater", "report -o out.html SAMPLE"},
        WrongUsage{"AnnotateComesLater", "annotate -o out.pcapng SAMPLE"},
        WrongUsage{"LiveCaptureNeedsADisplay", "-i eth0"}, WrongUsage{"PacketsOfTwoFiles", "packets SAMPLE SAMPLE"},
        WrongUsage{"PacketsInNoFormat", "packets --format xml SAMPLE"}),
    [](const auto& test) { return test.param.name; });

} // namespace whyrst
