#include "views/compare/ladder_painter.h"

#include "model/document/open_comparison.h"
#include "tests/support/connection_builder.h"
#include "tests/support/open_trace_maker.h"

#include <QImage>
#include <QPainter>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const PairDetails> compareLab(const std::string& client, const std::string& server)
{
    const OpenTrace first = test::openCaptureFile(test::labPath(client));
    const OpenTrace second = test::openCaptureFile(test::labPath(server));
    NoProgress progress;
    OpenComparison open{{first.trace, second.trace},
        std::make_shared<const Comparison>(compareTraces(*first.trace, *second.trace, {}, progress))};
    return std::make_shared<const PairDetails>(open, 0);
}

LadderPicture paint(const Ladder& ladder, PairSpan view, QSize size, bool folds = true)
{
    QImage image(size, QImage::Format_RGB32);
    QPainter painter(&image);
    LadderRequest request;
    request.ladder = &ladder;
    request.view = view;
    request.bounds = QRectF(QPointF(), QSizeF(size));
    request.foldsSilence = folds;
    return paintLadder(painter, request);
}

LadderPicture paintAll(const PairDetails& details, QSize size)
{
    return paint(details.ladder(), {{}, details.times().length}, size);
}

const PaintedArrow& arrowOf(const LadderPicture& picture, uint32_t relation)
{
    const auto found = std::ranges::find(picture.arrows, relation, &PaintedArrow::relation);
    if (found == picture.arrows.end())
        throw std::runtime_error("the arrow was not drawn");
    return *found;
}

TEST(LadderPainter, LostPacketsEndOnTheWay)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    const LadderPicture picture = paintAll(*details, {800, 600});
    const auto& lost = details->ladder().arrows(ArrowClass::Lost);
    ASSERT_EQ(lost.size(), 7U);
    for (const uint32_t relation : lost) {
        const QLineF line = arrowOf(picture, relation).line;
        EXPECT_EQ(line.x1(), picture.shaft.left());
        EXPECT_LT(line.x2(), picture.shaft.right() - 50);
    }
}

TEST(LadderPainter, InjectedPacketsBeginBetweenTheLines)
{
    const auto details
        = compareLab("injected-reset.client-only--1/client.pcap", "injected-reset.client-only--1/server.pcap");
    const LadderPicture picture = paintAll(*details, {800, 600});
    const QLineF line = arrowOf(picture, details->ladder().arrows(ArrowClass::Reset).front()).line;
    EXPECT_NEAR(line.x1(), picture.shaft.center().x(), 1);
    EXPECT_EQ(line.x2(), picture.shaft.left());
}

TEST(LadderPainter, PacketsThatArriveBrokenReachTheOtherLine)
{
    const auto details
        = compareLab("corrupted-segment.upload--2/client.pcapng", "corrupted-segment.upload--2/server.pcap");
    const LadderPicture picture = paintAll(*details, {1100, 600});
    const auto& broken = details->ladder().arrows(ArrowClass::Broken);
    ASSERT_FALSE(broken.empty());
    EXPECT_EQ(arrowOf(picture, broken.front()).line.x2(), picture.shaft.right());
    EXPECT_TRUE(picture.legend.contains(QStringLiteral("arrived broken"))) << picture.legend.join(u'|').toStdString();
    EXPECT_FALSE(picture.legend.contains(QStringLiteral("changed")));
}

TEST(LadderPainter, TheLegendNamesTheShapesOfResets)
{
    const auto forged = compareLab("idle-timeout.box-cohort--1/client.pcap", "idle-timeout.box-cohort--1/server.pcap");
    const QStringList words = paintAll(*forged, {1100, 600}).legend;
    EXPECT_TRUE(words.contains(QStringLiteral("probably injected"))) << words.join(u'|').toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral("RST")));
    EXPECT_FALSE(words.contains(QStringLiteral("lost")));
}

TEST(LadderPainter, ASlopeIsTheDelay)
{
    const auto details
        = compareLab("injected-reset.client-only--1/client.pcap", "injected-reset.client-only--1/server.pcap");
    const LadderPicture picture = paintAll(*details, {800, 600});
    const LadderArrow arrow = details->ladder().arrow(details->ladder().arrows(ArrowClass::FromClient).front());
    const QLineF line = arrowOf(picture, arrow.relation).line;
    EXPECT_DOUBLE_EQ(line.y1(), picture.scale.y(*arrow.sent));
    EXPECT_DOUBLE_EQ(line.y2(), picture.scale.y(*arrow.arrived));
    EXPECT_GT(line.y2(), line.y1());
}

TEST(LadderPainter, LabelsKeepTheirDistanceAndEveryResetHasOne)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    const LadderPicture picture = paintAll(*details, {800, 600});
    for (const Side capture : {Side::Client, Side::Server}) {
        std::vector<double> rows;
        for (const PaintedLabel& label : picture.labels) {
            if (label.capture == capture)
                rows.push_back(label.box.center().y());
        }
        std::ranges::sort(rows);
        for (size_t index = 1; index < rows.size(); ++index)
            EXPECT_GE(rows[index] - rows[index - 1], 12);
    }
    for (const uint32_t reset : details->ladder().arrows(ArrowClass::Reset))
        EXPECT_TRUE(
            std::ranges::any_of(picture.labels, [&](const PaintedLabel& one) { return one.relation == reset; }));
}

TEST(LadderPainter, LabelsStayInTheirMargins)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    for (const int width : {320, 560, 1200}) {
        const LadderPicture picture = paintAll(*details, {width, 500});
        for (const PaintedLabel& label : picture.labels) {
            EXPECT_GE(label.box.left(), 0);
            EXPECT_LE(label.box.right(), width);
            EXPECT_TRUE(label.box.right() <= picture.shaft.left() || label.box.left() >= picture.shaft.right());
        }
    }
}

TEST(LadderPainter, BadgesCoverNeitherEachOtherNorTheCountOfPackets)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    const auto& lost = details->ladder().arrows(ArrowClass::Lost);
    QImage image(510, 360, QImage::Format_RGB32);
    QPainter painter(&image);
    LadderRequest request;
    request.ladder = &details->ladder();
    request.view = {{}, details->times().length};
    request.bounds = QRectF(0, 0, 510, 360);
    request.marks = {{1, lost[0]}, {2, lost[0]}};
    const LadderPicture picture = paintLadder(painter, request);
    ASSERT_EQ(picture.badges.size(), 2U);
    EXPECT_FALSE(picture.badges[0].rect.intersects(picture.badges[1].rect));
    for (const QRectF& note : picture.notes) {
        EXPECT_FALSE(picture.badges[0].rect.intersects(note));
        EXPECT_FALSE(picture.badges[1].rect.intersects(note));
    }
}

TEST(LadderPainter, TimeBeforeTheFirstPacketAndAfterTheLastIsFolded)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    const Duration length = details->times().length;
    const LadderPicture picture = paint(details->ladder(), {-length, 2 * length}, {800, 600});
    EXPECT_LT(picture.scale.y(Duration()), 120);
    EXPECT_GT(picture.scale.y(length), 400);
}

TEST(LadderPainter, AShortTimeBeforeTheFirstPacketDoesNotGrowWithTheOtherFolds)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    const Duration length = details->times().length;
    const LadderPicture picture = paint(details->ladder(), {-length / 20, length}, {800, 600});
    EXPECT_LE(
        picture.scale.y(Duration()) - picture.shaft.top(), 40); // a fold of 24, and a little before the first arrow
    EXPECT_TRUE(picture.scale.stretches().front().isFolded);
}

TEST(LadderPainter, LongSilencesAreFoldedUnlessToldNotTo)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    const PairSpan all{{}, details->times().length};
    const auto foldsOf = [](const LadderPicture& picture) {
        return std::ranges::count_if(
            picture.scale.stretches(), [](const LadderScale::Stretch& one) { return one.isFolded; });
    };
    EXPECT_GE(foldsOf(paint(details->ladder(), all, {800, 600})), 2);
    EXPECT_EQ(foldsOf(paint(details->ladder(), all, {800, 600}, false)), 0);
}

TEST(LadderPainter, ThePointerFindsAnArrow)
{
    const auto details
        = compareLab("injected-reset.client-only--1/client.pcap", "injected-reset.client-only--1/server.pcap");
    const LadderPicture picture = paintAll(*details, {800, 600});
    const uint32_t forged = details->ladder().arrows(ArrowClass::Reset).front();
    const PaintedArrow* found = picture.arrowAt(arrowOf(picture, forged).line.center(), 6);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->relation, forged);
    EXPECT_FALSE(picture.arrowAt({2, 2}, 6));
}

/// A made-up pair: `count` packets of the client, every tenth lost, and as many acknowledgments.
class ManyPackets
{
public:
    /// `losesAcks`: every tenth acknowledgment is lost too.
    explicit ManyPackets(uint32_t count, bool losesAcks = false)
    {
        m_client.handshake();
        m_server.handshake();
        Way& way = m_pair.ways[0];
        way.usualDelay = m_pair.ways[1].usualDelay = 5ms;
        for (uint32_t index = 0; index < count; ++index) {
            const Duration time = 10ms + index * 100us;
            m_client.data(Side::Client, time, 1 + int64_t{index} * 1000, 1000);
            m_server.ack(Side::Server, time, 1 + int64_t{index} * 1000);
            m_relations.push_back(make(Side::Client, index + 2, time, index % 10 == 0)); // after SYN and ACK
            m_relations.push_back(make(Side::Server, index + 1, time, losesAcks && index % 10 == 5)); // after SYN-ACK
        }
        way.sent.assign(m_client.connection().flow(Side::Client).size(), SentVerdict::Delivered);
        m_pair.ways[1].sent.assign(m_server.connection().flow(Side::Server).size(), SentVerdict::Delivered);
        m_times.clock = &m_clock;
        m_times.origin = m_client.connection().firstTime;
        m_times.length = 10ms + count * 100us;
        m_times.captured = {PairSpan{{}, m_times.length}, PairSpan{{}, m_times.length}};
        m_ladder.emplace(Ladder::Source{
            {m_client.trace(), m_server.trace()}, &m_pair, m_relations, m_times, {&m_analysis, &m_analysis}});
    }

    const Ladder& ladder() const { return *m_ladder; }
    PairSpan all() const { return {{}, m_times.length}; }

private:
    PacketRelation make(Side flow, uint32_t row, Duration time, bool isLost) const
    {
        PacketRelation relation;
        relation.flow = flow;
        relation.time = m_client.connection().firstTime + time;
        relation.relation = isLost ? Relation::Lost : Relation::Same;
        relation.sentRow = row;
        relation.clientFrame = PacketNumber(row + 2);
        if (!isLost) {
            relation.arrivedRow = 0;
            relation.delay = 5ms;
            relation.serverFrame = PacketNumber(1);
        }
        return relation;
    }

    test::ConnectionBuilder m_client;
    test::ConnectionBuilder m_server;
    ConnectionPair m_pair;
    CaptureClock m_clock;
    Analysis m_analysis;
    PairTimes m_times;
    std::vector<PacketRelation> m_relations;
    std::optional<Ladder> m_ladder;
};

TEST(LadderPainter, WhatIsDrawnGrowsWithThePixelsOnly)
{
    const ManyPackets few(20'000);
    const ManyPackets many(500'000); // a million packets with their acknowledgments
    const LadderPicture small = paint(few.ladder(), few.all(), {800, 900});
    const LadderPicture large = paint(many.ladder(), many.all(), {800, 900});
    EXPECT_LE(large.arrows.size(), 900U);
    EXPECT_LE(large.shadedRows, 2 * 900U);
    EXPECT_GT(large.shadedRows, 900U);
    EXPECT_LE(large.arrows.size(), small.arrows.size() + 50);
    const PaintedArrow& dense = *std::ranges::max_element(large.arrows, {}, &PaintedArrow::hidden);
    EXPECT_GT(dense.hidden, 50U); // they are counted
}

TEST(LadderPainter, WhatAFilterHidesIsNotCounted)
{
    const ManyPackets many(20'000, true);
    QImage image(800, 900, QImage::Format_RGB32);
    QPainter painter(&image);
    LadderRequest request;
    request.ladder = &many.ladder();
    request.view = many.all();
    request.bounds = QRectF(0, 0, 800, 900);
    request.foldsSilence = false;
    request.filter = packetsOf(ComparePlace::PathToServer);
    size_t lost = 0;
    for (const PaintedArrow& arrow : paintLadder(painter, request).arrows) {
        if (many.ladder().arrow(arrow.relation).kind == Relation::Lost)
            lost += 1 + arrow.hidden;
    }
    EXPECT_EQ(lost, 2'000U);
}

TEST(LadderPainter, BadgesDoNotCoverHowLongASilenceIs)
{
    const auto details = compareLab(
        "segment-black-hole.upload-sack--2/client.pcapng", "segment-black-hole.upload-sack--2/server.pcap");
    QImage image(560, 430, QImage::Format_RGB32);
    QPainter painter(&image);
    LadderRequest request;
    request.ladder = &details->ladder();
    request.view = {{}, details->times().length};
    request.bounds = QRectF(0, 0, 560, 430);
    int number = 0;
    for (const uint32_t lost : details->ladder().arrows(ArrowClass::Lost))
        request.marks.push_back({++number, lost});
    request.marks.push_back({++number, details->ladder().arrows(ArrowClass::Reset).front()});
    const LadderPicture picture = paintLadder(painter, request);
    ASSERT_FALSE(picture.silences.empty());
    for (const QRectF& silence : picture.silences) {
        for (const PaintedBadge& badge : picture.badges)
            EXPECT_FALSE(badge.rect.intersects(silence)) << badge.number;
    }
}

TEST(LadderPainter, ZoomedInEveryPacketIsAnArrow)
{
    const ManyPackets many(100'000);
    const LadderPicture picture = paint(many.ladder(), {5s, 5s + 10ms}, {800, 900}, false);
    std::set<uint32_t> drawn;
    for (const PaintedArrow& arrow : picture.arrows)
        drawn.insert(arrow.relation);
    EXPECT_EQ(picture.shadedRows, 0U);
    EXPECT_GE(drawn.size(), 200U); // 100 of each direction in view
}

} // namespace
} // namespace whyrst
