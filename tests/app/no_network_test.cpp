// Whyrst calls nobody: it answers where every socket of a network kills the process, and knows no resolver.
#include "tests/app/whyrst_process.h"

#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace whyrst {

namespace {

/// From now on a socket of any family but AF_UNIX kills this process with SIGSYS.
void denyNetwork()
{
    constexpr auto numberAt = static_cast<uint32_t>(offsetof(seccomp_data, nr));
    constexpr auto familyAt = static_cast<uint32_t>(offsetof(seccomp_data, args));
    std::array<sock_filter, 6> rules{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, numberAt),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, familyAt),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    }};
    const sock_fprog program{.len = static_cast<unsigned short>(rules.size()), .filter = rules.data()};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

} // namespace

TEST(NoNetwork, TheFenceHolds)
{
    const QStringList script{QStringLiteral("-c"), QStringLiteral("exec 3<>/dev/udp/127.0.0.1/9")};

    EXPECT_EQ(runProgram(QStringLiteral("bash"), script, {}).status, 0);
    EXPECT_EQ(runProgram(QStringLiteral("bash"), script, {}, denyNetwork).status, -1);
}

TEST(NoNetwork, DiagnosisIsTheSame)
{
    const QStringList arguments{QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("json"),
        QStringLiteral("--filter"), QStringLiteral("tcp and net 198.0.0.0/8"), sampleCapture()};
    const ProcessResult usual = runWhyrst(arguments);
    const ProcessResult fenced = runProgram(QStringLiteral(WHYRST_PROGRAM), arguments, {}, denyNetwork);

    EXPECT_EQ(usual.status, 0) << usual.err.constData();
    EXPECT_EQ(fenced.status, 0) << fenced.err.constData();
    EXPECT_EQ(fenced.out, usual.out);
}

TEST(NoNetwork, HostNameInAFilterIsNotLookedUp)
{
    const ProcessResult result = runProgram(QStringLiteral(WHYRST_PROGRAM),
        {QStringLiteral("diagnose"), QStringLiteral("--filter"), QStringLiteral("host example.invalid or port 80"),
            sampleCapture()},
        {}, denyNetwork);

    EXPECT_EQ(result.status, 2) << "a look-up would have killed it";
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

TEST(NoNetwork, ProgramImportsNoResolver)
{
    const ProcessResult symbols = runProgram(QStringLiteral("nm"),
        {QStringLiteral("--dynamic"), QStringLiteral("--undefined-only"), QStringLiteral(WHYRST_PROGRAM)}, {});
    ASSERT_EQ(symbols.status, 0) << symbols.err.constData();
    ASSERT_TRUE(symbols.out.contains("pcap_")) << "not the list that it should be";

    for (const char* name : {"getaddrinfo", "getnameinfo", "gethostby", "res_query", "res_search", "QHostInfo"})
        EXPECT_FALSE(symbols.out.contains(name)) << name;
}

} // namespace whyrst
