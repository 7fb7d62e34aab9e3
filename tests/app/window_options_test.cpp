#include "app/window_options.h"

#include <gtest/gtest.h>

#include <sstream>

namespace whyrst {
namespace {

/// What the command line of the window gives.
struct Parsed
{
    LoadRequest request;
    std::ostringstream out;
    std::ostringstream err;
    std::optional<int> status;

    explicit Parsed(const QString& arguments)
        : status(parseWindowOptions(arguments.split(QLatin1Char(';'), Qt::SkipEmptyParts), request, out, err))
    {
    }
};

TEST(WindowOptions, TakesSeveralFilesAndAFilter)
{
    const Parsed parsed(QStringLiteral("--filter;port 443;a.pcap;-"));
    EXPECT_FALSE(parsed.status);
    EXPECT_EQ(parsed.request.files, QStringList({QStringLiteral("a.pcap"), QStringLiteral("-")}));
    EXPECT_EQ(parsed.request.filter, QStringLiteral("port 443"));
}

TEST(WindowOptions, TakesAnInterface)
{
    const Parsed parsed(QStringLiteral("-i;eth0"));
    EXPECT_FALSE(parsed.status);
    EXPECT_TRUE(parsed.request.isLive());
    EXPECT_EQ(parsed.request.name(), QStringLiteral("eth0"));
}

TEST(WindowOptions, OpensNothingWithoutArguments)
{
    const Parsed parsed{QString()};
    EXPECT_FALSE(parsed.status);
    EXPECT_TRUE(parsed.request.isEmpty());
}

TEST(WindowOptions, TellsWhyAFilterCannotBeUsed)
{
    const Parsed parsed(QStringLiteral("--filter;port and;a.pcap"));
    EXPECT_EQ(parsed.status, 2);
    EXPECT_NE(parsed.err.str().find("syntax error"), std::string::npos);
}

TEST(WindowOptions, AnInterfaceAndFilesAreTooMuch)
{
    const Parsed parsed(QStringLiteral("-i;eth0;a.pcap"));
    EXPECT_EQ(parsed.status, 2);
    EXPECT_NE(parsed.err.str().find("eth0"), std::string::npos);
}

TEST(WindowOptions, RefusesAnUnknownOption)
{
    const Parsed parsed(QStringLiteral("--no-such-option"));
    EXPECT_EQ(parsed.status, 2);
    EXPECT_FALSE(parsed.err.str().empty());
}

} // namespace
} // namespace whyrst
