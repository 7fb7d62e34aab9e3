#include "model/export/diagnosis_text.h"

#include <gtest/gtest.h>

namespace whyrst {

namespace {

CaptureInfo captureAt(Timestamp begin)
{
    CaptureInfo capture;
    capture.file = "upload.pcap";
    capture.format = "pcap (us)";
    capture.packets = 1;
    capture.firstTime = begin;
    capture.lastTime = begin + std::chrono::milliseconds(1500);
    return capture;
}

ConnectionDiagnosis withReset(const Diagnosis& reset)
{
    ConnectionDiagnosis diagnosis;
    diagnosis.resets.push_back(reset);
    return diagnosis;
}

Diagnosis resetAt(Timestamp time)
{
    Diagnosis reset;
    reset.frame = PacketNumber(46);
    reset.time = time;
    reset.cause = CauseId::SegmentBlackHole;
    reset.confidence = Confidence::Likely;
    reset.summary = "One segment never arrived.";
    return reset;
}

const Timestamp begin{std::chrono::seconds(1'714'330'875)};

} // namespace

TEST(WrappedText, BreaksAtWordsAndIndentsTheRest)
{
    EXPECT_EQ(wrapped("one two three four", 2, 10), "one two\n  three\n  four");
}

TEST(WrappedText, LeavesLongWordsWhole)
{
    EXPECT_EQ(wrapped("a 0123456789abcdef b", 0, 8), "a\n0123456789abcdef\nb");
}

TEST(WrappedText, CountsCharactersNotBytes)
{
    EXPECT_EQ(wrapped("\xc3\xbc\xc3\xbc \xc3\xbc\xc3\xbc", 0, 5), "\xc3\xbc\xc3\xbc \xc3\xbc\xc3\xbc");
}

TEST(CaptureText, SaysWhatTheCaptureIs)
{
    EXPECT_EQ(captureText(captureAt(begin)),
        "upload.pcap: pcap (us), 1 packet, from 2024-04-28 19:01:15.000000 UTC, 1.5 s\n");
}

TEST(ConnectionText, NumbersTheChainWithFramesAndTimesSinceTheCapturesBegin)
{
    Diagnosis reset = resetAt(begin + std::chrono::milliseconds(1500));
    EvidenceStep step;
    step.frame = PacketNumber(7);
    step.lastFrame = PacketNumber(9);
    step.time = begin + std::chrono::microseconds(250);
    step.text = "Sent three times.";
    reset.chain.push_back(step);
    const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
    EXPECT_NE(text.find("  1  #7-9         0.000250     Sent three times.\n"), std::string::npos) << text;
    EXPECT_NE(text.find("RST #46 at 1.500000"), std::string::npos) << text;
}

TEST(ConnectionText, SaysWhenAConnectionBeginsAfterTheCapture)
{
    Connection connection;
    connection.firstTime = connection.lastTime = begin;
    EXPECT_EQ(connectionText(captureAt(begin), connection, {}).find(" on\n"), std::string::npos);
    connection.firstTime = connection.lastTime = begin + std::chrono::milliseconds(250);
    const std::string text = connectionText(captureAt(begin), connection, {});
    EXPECT_NE(text.find(" from 0.250000 on\n"), std::string::npos) << text;
}

TEST(ConnectionText, CallsAGhostMissing)
{
    Diagnosis reset = resetAt(begin);
    EvidenceStep ghost;
    ghost.isGhost = true;
    ghost.time = begin;
    ghost.text = "The next re-send never came.";
    reset.chain.push_back(ghost);
    const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
    EXPECT_NE(text.find("  1  missing      0.000000     The next"), std::string::npos) << text;
}

TEST(ConnectionText, TellsAConsequenceInOneLine)
{
    Diagnosis reset = resetAt(begin);
    reset.isPrimary = false;
    reset.consequenceOf = PacketNumber(44);
    const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
    EXPECT_NE(text.find("follows from RST #44"), std::string::npos) << text;
    EXPECT_EQ(text.find("One segment never arrived"), std::string::npos) << text;
}

TEST(ConnectionText, SaysWhoSentAResetOnlyWhenThatIsKnown)
{
    Diagnosis reset = resetAt(begin);
    const auto titleOf = [&](ResetSender sender) {
        reset.sender = sender;
        const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
        return text.substr(text.find("RST #"), text.find('(', text.find("RST #")) - text.find("RST #"));
    };
    EXPECT_EQ(titleOf(ResetSender::Endpoint), "RST #46 at 0.000000, sent by the client ");
    EXPECT_EQ(titleOf(ResetSender::Unknown), "RST #46 at 0.000000, in the name of the client ");
    EXPECT_EQ(titleOf(ResetSender::Middlebox), "RST #46 at 0.000000, forged on the way in the name of the client ");
}

TEST(ConnectionText, SaysWhereTheNumberLiesInTheWindow)
{
    Diagnosis reset = resetAt(begin);
    reset.form = ResetForm::Off;
    reset.effect = ResetEffect::Dropped;
    reset.number = NumberPlace::OutOfWindow;
    const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
    EXPECT_NE(text.find("(OFF, outside the window, dropped)"), std::string::npos) << text;
}

TEST(ConnectionText, ComparesTheResetWithTheHostFieldByField)
{
    Diagnosis reset = resetAt(begin);
    reset.comparisons.push_back({"ttl", "250", "60 in 12 packets", FieldVerdict::Differs});
    reset.comparisons.push_back({"window", "0", "502 before", FieldVerdict::CannotTell});
    const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
    EXPECT_NE(text.find("Time to live        250                 60 in 12 packets                      differs\n"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find("502 before                            cannot tell\n"), std::string::npos) << text;
}

TEST(ConnectionText, PutsProofCommandsOnALineOfTheirOwn)
{
    Diagnosis reset = resetAt(begin);
    reset.proofs.push_back({Side::Server, "it must have counted this close", "nstat -az TcpExtTCPAbortOnClose"});
    const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
    EXPECT_NE(text.find("     - On the server, it must have counted this close:\n       nstat -az "
                        "TcpExtTCPAbortOnClose\n"),
        std::string::npos)
        << text;
}

TEST(ConnectionText, LetsNoControlCharacterThrough)
{
    Diagnosis reset = resetAt(begin);
    reset.summary = "Said \x1b[31mBANG\x07.";
    const std::string text = connectionText(captureAt(begin), Connection(), withReset(reset));
    EXPECT_NE(text.find("Said ?[31mBANG?."), std::string::npos) << text;
}

TEST(QuietConnectionsText, CountsWhatIsNotTold)
{
    EXPECT_EQ(quietConnectionsText(0, 3), "");
    EXPECT_EQ(quietConnectionsText(1, 0), "\n1 connection without a finding.\n");
    EXPECT_EQ(quietConnectionsText(12, 2), "\n12 other connections without a finding.\n");
}

} // namespace whyrst
