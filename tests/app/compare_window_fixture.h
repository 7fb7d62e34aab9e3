// The window with two captures of the same connections, as the driven tests use it.
#pragma once

#include "tests/app/main_window_fixture.h"

#include "model/document/document_text.h"
#include "views/charts/time_window.h"
#include "views/compare/compare_view.h"

#include <algorithm>
#include <chrono>

namespace whyrst::test {

/// A window that compares the two captures of a run.
class CompareWindowTest : public MainWindowTest
{
protected:
    QString client() const { return toQString(test::labPath("segment-black-hole.upload-sack--2/client.pcapng")); }
    QString server() const { return toQString(test::labPath("segment-black-hole.upload-sack--2/server.pcap")); }

    void compare()
    {
        QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
        m_window.compareFiles(client(), server());
        ASSERT_TRUE(compared.wait(patience));
    }

    /// Chooses an entry of the menu Compare and waits for what it gives.
    void chooseAndWait(const QString& word)
    {
        QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
        for (QAction* action : m_window.findChildren<QAction*>()) {
            if (action->text().remove(QLatin1Char('&')).contains(word))
                action->trigger();
        }
        ASSERT_TRUE(compared.wait(patience));
    }

    CompareCharts& charts() { return *m_window.compareView()->charts(); }

    /// A relation of that kind, of data of the client.
    uint32_t relationOf(Relation kind)
    {
        const std::vector<PacketRelation>& relations = m_window.comparison()->details()->relations();
        const auto found = std::ranges::find_if(relations, [&](const PacketRelation& relation) {
            return relation.relation == kind && relation.flow == Side::Client && relation.length > 0;
        });
        return static_cast<uint32_t>(found - relations.begin());
    }

    /// Shows 20 ms around a packet in the middle of the transfer.
    void zoomIn()
    {
        const PairDetails& details = *m_window.comparison()->details();
        const Duration time = details.ladder().arrow(static_cast<uint32_t>(details.relations().size() / 2)).time();
        charts().timeWindow()->show(time - std::chrono::milliseconds(10), time + std::chrono::milliseconds(10));
    }
};

} // namespace whyrst::test
