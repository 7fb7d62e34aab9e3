#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// What rules `cause` out; empty when nothing does.
std::string excludedBy(const Diagnosis& diagnosis, CauseId cause)
{
    const auto found = std::ranges::find(diagnosis.alternatives, cause, &Alternative::cause);
    return found == diagnosis.alternatives.end() ? std::string() : found->excludedBy;
}

Conversation& exchanges(Conversation& talk, int count)
{
    talk.handshake();
    for (int exchange = 0; exchange < count; ++exchange)
        talk.sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 100).acks(Side::Client);
    return talk;
}

} // namespace

TEST(Exclusions, AnAbortWithTheHostsOwnNumbersIsNotInjected)
{
    Conversation talk;
    const Diagnosis diagnosis = exchanges(talk.timestamps(true), 6).wait(300ms).aborts(Side::Server).primary();
    ASSERT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    const std::string why = excludedBy(diagnosis, CauseId::InjectedReset);
    EXPECT_TRUE(why.starts_with("TTL 55 as before, IP ID 90")) << why;
    EXPECT_TRUE(why.ends_with(", timestamp as predicted within 1 ms")) << why;
}

TEST(Exclusions, AnAbortNamesTheNumbersThatAHostWithoutTheConnectionLacks)
{
    Conversation talk;
    const Diagnosis diagnosis = exchanges(talk, 6).wait(300ms).aborts(Side::Server).primary();
    EXPECT_EQ(excludedBy(diagnosis, CauseId::HalfOpen),
        "it goes on where the server was, at byte 601, and acknowledges the client's bytes below 601: its sender knew "
        "the connection");
    EXPECT_EQ(excludedBy(diagnosis, CauseId::DataAfterClose), "the server had sent no FIN before it");
    EXPECT_EQ(excludedBy(diagnosis, CauseId::PathOutage),
        "all of the client's bytes below 601 and the server's bytes below 601 had been acknowledged");
}

TEST(Exclusions, WhatIsStillPossibleIsNotExcluded)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 10);
    const Diagnosis diagnosis = talk.acks(Side::Client).wait(300ms).aborts(Side::Server).primary();
    EXPECT_TRUE(isPossible(diagnosis, CauseId::InjectedReset));
    EXPECT_EQ(excludedBy(diagnosis, CauseId::InjectedReset), "");
}

TEST(Exclusions, WithoutDataNothingWasUnread)
{
    Conversation talk;
    const Diagnosis diagnosis
        = talk.handshake().sends(Side::Server, 100).acks(Side::Client).wait(300ms).aborts(Side::Server).primary();
    EXPECT_EQ(excludedBy(diagnosis, CauseId::CloseWithUnreadData), "the client had sent no data that could be unread");
}

TEST(Exclusions, AHostThatGoesOnDidNotEndTheConnection)
{
    Conversation talk;
    exchanges(talk, 6).sends(Side::Client, 100).wait(5ms).ttl(Side::Server, 250).aborts(Side::Server);
    talk.ttl(Side::Server, 55).wait(300ms).sends(Side::Server, 1000);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(excludedBy(diagnosis, CauseId::ApplicationAbort), "the host went on sending 300 ms later");
}

TEST(Exclusions, AfterAnIgnoredResetThePeerGoesOn)
{
    Conversation talk;
    exchanges(talk, 2)
        .replies(Side::Server, 50'000'000)
        .wait(1s)
        .sends(Side::Client, 100)
        .wait(20ms)
        .acks(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::IgnoredReset);
    EXPECT_TRUE(excludedBy(diagnosis, CauseId::ApplicationAbort).starts_with("the client went on 1 s later"))
        << excludedBy(diagnosis, CauseId::ApplicationAbort);
}

TEST(Exclusions, ARefusedSynMetNoFullQueue)
{
    Conversation talk;
    EXPECT_EQ(excludedBy(talk.syn().wait(20ms).refuses().primary(), CauseId::AcceptQueueOverflow),
        "no SYN-ACK came before it");
}

TEST(Exclusions, AReplyIsAKernelsAnswer)
{
    Conversation talk;
    exchanges(talk, 6).wait(5s).sends(Side::Client, 100).wait(20ms).replies(Side::Server, 601);
    const Diagnosis diagnosis = talk.primary();
    ASSERT_EQ(diagnosis.cause, CauseId::HalfOpen);
    EXPECT_TRUE(excludedBy(diagnosis, CauseId::ApplicationAbort).starts_with("it bears no ACK and the very number"))
        << excludedBy(diagnosis, CauseId::ApplicationAbort);
}

} // namespace whyrst::test
