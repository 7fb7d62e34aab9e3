#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

bool hasCommand(const Diagnosis& diagnosis, Side host, const std::string& part)
{
    return std::ranges::any_of(diagnosis.proofs,
        [&](const ProofCommand& proof) { return proof.host == host && proof.command.find(part) != std::string::npos; });
}

} // namespace

TEST(ProofCommands, CloseWithUnreadDataIsCountedWhereItHappened)
{
    Conversation talk;
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms);
    talk.window(Side::Server, 0).acks(Side::Server).wait(100ms).window(Side::Server, 100).aborts(Side::Server);
    EXPECT_TRUE(hasCommand(talk.primary(), Side::Server, "nstat -az TcpExtTCPAbortOnClose"));
}

TEST(ProofCommands, TheTraceAsksForThePortOfTheServiceAtEitherEnd)
{
    Conversation server;
    const Diagnosis byServer = server.exchange().wait(300ms).aborts(Side::Server).primary();
    EXPECT_TRUE(hasCommand(byServer, Side::Server, "/(args->saddr[2] << 8 | args->saddr[3]) == 443/"));
    Conversation client;
    const Diagnosis byClient = client.exchange().wait(300ms).aborts(Side::Client).primary();
    EXPECT_TRUE(hasCommand(byClient, Side::Client, "/(args->daddr[2] << 8 | args->daddr[3]) == 443/"));
}

TEST(ProofCommands, AChallengeIsCountedWhereItWasSent)
{
    Conversation talk;
    talk.exchange().replies(Side::Server, 1200).wait(10us).acks(Side::Client).wait(1s).sends(Side::Client, 100);
    talk.wait(20ms).acks(Side::Server).acks(Side::Client);
    EXPECT_TRUE(hasCommand(talk.primary(), Side::Client, "TcpExtTCPChallengeACK"));
}

TEST(ProofCommands, NothingIsToProveOfATeardown)
{
    Conversation talk;
    talk.exchange().closes(Side::Client).wait(20ms).closes(Side::Server).acks(Side::Client).replies(Side::Client, 302);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::Teardown);
    EXPECT_TRUE(diagnosis.proofs.empty());
}

} // namespace whyrst::test
