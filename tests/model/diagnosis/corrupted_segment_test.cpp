#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

/// Recorded at the server: bytes 1,461 to 2,920 come five times with checksums of `kind`; later ones are fine.
Conversation& damage(Conversation& talk, ChecksumClass kind)
{
    talk.checksums(ChecksumClass::Valid).ttl(Side::Client, 55).ttl(Side::Server, 64);
    talk.syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 1460).acks(Side::Server);                                               // 4, 5
    talk.wait(5ms).checksums(kind).lost().sends(Side::Client, 1460).checksums(ChecksumClass::Valid); // 6
    talk.sends(Side::Client, 2920).sacks(Side::Server, 2921, 4381).sacks(Side::Server, 2921, 5841);  // 7 to 10
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)}) {
        talk.wait(wait).checksums(kind).lost().resends(Side::Client, 1461, 1460); // 11, 13, 15, 17
        talk.checksums(ChecksumClass::Valid).sacks(Side::Server, 2921, 5841);
    }
    return talk.wait(1s).aborts(Side::Client); // 19
}

} // namespace

TEST(CorruptedSegment, CopiesThatAllArriveDamagedAreOne)
{
    Conversation talk;
    const Diagnosis diagnosis = damage(talk, ChecksumClass::Bad).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::CorruptedSegment);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    const EvidenceStep* copies = findStep(diagnosis, Role::BadChecksum);
    ASSERT_NE(copies, nullptr);
    EXPECT_EQ(copies->frame, PacketNumber(6));
    EXPECT_EQ(copies->lastFrame, PacketNumber(17));
    EXPECT_EQ(copies->count, 5U);
    EXPECT_NE(diagnosis.summary.find("all 5 copies have a wrong checksum"), std::string::npos) << diagnosis.summary;
}

TEST(CorruptedSegment, ChecksumsLeftToTheNetworkCardAreNone)
{
    Conversation talk;
    damage(talk, ChecksumClass::Partial);
    EXPECT_NE(talk.primary().cause, CauseId::CorruptedSegment);
}

TEST(CorruptedSegment, GoodCopiesRuleItOut)
{
    Conversation talk;
    damage(talk, ChecksumClass::Valid);
    EXPECT_NE(talk.primary().cause, CauseId::CorruptedSegment);
}

TEST(CorruptedSegment, CaptureAtTheSenderNeverShowsIt)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server).checksums(ChecksumClass::Bad);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(20ms).sacks(Side::Server, 2921, 4381);
    talk.losesResends(Side::Client, 1461, 1460);
    talk.wait(1s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::CorruptedSegment);
}

TEST(CorruptedSegment, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).checksums(ChecksumClass::Valid);
    talk.says(Side::Client, 1, 1, 1460, 0x10).says(Side::Server, 1, 1461, 0, 0x10).wait(5ms);
    talk.checksums(ChecksumClass::Bad).says(Side::Client, 1461, 1, 1460, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).says(Side::Client, 1461, 1, 1460, 0x10);
    talk.checksums(ChecksumClass::Valid).wait(3s).says(Side::Client, 2921, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::CorruptedSegment);
}

} // namespace whyrst::test
