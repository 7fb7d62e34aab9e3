// The comparison of two captures as the tests of its panes use it.
#pragma once

#include "views/compare/compare_view.h"

#include "model/document/document_text.h"
#include "tests/support/open_trace_maker.h"

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <string>

namespace whyrst::test {

constexpr int patience = 60000; ///< ms; a busy machine is no failure

/// The view with both captures of a run, as a person sees it.
class CompareViewFixture : public testing::Test
{
protected:
    explicit CompareViewFixture(const QSize& size)
    {
        m_view.resize(size);
        m_view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&m_view));
    }

    void compare(const std::string& run, const std::string& client, const std::string& server)
    {
        QSignalSpy compared(&m_session, &ComparisonSession::compared);
        m_session.start(toQString(labPath(run + "/" + client)), toQString(labPath(run + "/" + server)));
        ASSERT_TRUE(compared.wait(patience));
    }

    void compareBlackHole() { compare("segment-black-hole.upload-sack--2", "client.pcapng", "server.pcap"); }

    ComparisonSession m_session;
    CompareView m_view{&m_session};
};

} // namespace whyrst::test
