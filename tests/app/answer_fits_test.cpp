#include "tests/app/main_window_fixture.h"

#include "model/document/document_text.h"
#include "views/charts/chart_stack.h"
#include "views/plain_label.h"
#include "views/why_panel.h"

#include <QScrollArea>

namespace whyrst {
namespace {

/// Captures of the lab whose answers have the longest chains.
class AnswerFits : public test::MainWindowTest, public testing::WithParamInterface<const char*>
{
protected:
    /// Rows of pixels from the top of the panel's first line to the end of `text`; nothing when it is not there.
    std::optional<int> endOf(const QString& text) const
    {
        const auto* area = panes().why->findChild<QScrollArea*>();
        for (const PlainLabel* label : area->widget()->findChildren<PlainLabel*>()) {
            if (label->plainText() == text)
                return label->mapTo(area->viewport(), label->rect().bottomLeft()).y();
        }
        return std::nullopt;
    }
};

TEST_P(AnswerFits, WhatHappenedAndWhatToDoNeedNoScrollingOnASmallScreen)
{
    open(test::labPath(GetParam()));
    const Diagnosis* diagnosis = session().diagnosis();
    ASSERT_TRUE(diagnosis);
    QTest::qWait(50); // the panel is laid out
    const auto* area = panes().why->findChild<QScrollArea*>();
    const auto end = endOf(toQString(diagnosis->actions.back()));
    ASSERT_TRUE(end);
    EXPECT_LE(*end, area->viewport()->height());
    EXPECT_GE(panes().charts->width(), 560); // and the charts can still be read
}

INSTANTIATE_TEST_SUITE_P(Lab, AnswerFits,
    testing::Values("segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.user-timeout--1/client.pcap",
        "segment-black-hole.upload-no-sack--1/client.pcapng", "segment-black-hole.download--1/server.pcap",
        "mtu-black-hole.upload--2/client.pcap", "corrupted-segment.upload--2/client.pcapng",
        "receiver-discards.paws-clock-jump--1/client.pcapng", "path-outage.comes-back-too-late--2/client.pcap",
        "listen-queue-overflow.rst-on-data--2/client.pcap", "sack-mangled.windows-ignores-acks--2/client.pcap",
        "icmp-unreachable.firewall-reject-mid-connection--2/client.pcap",
        "zero-window-starvation.user-timeout--1/client.pcap", "injected-reset.keyword-burst--1/client.pcap"));

} // namespace
} // namespace whyrst
