#include "views/compare/packet_pair.h"

#include "model/charts/compared_chart.h"
#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "model/document/packet_table_model.h"
#include "model/document/session.h"
#include "views/packet_table.h"
#include "views/plain_label.h"

#include <QVBoxLayout>

namespace whyrst {
namespace {

/// A recording as the packet table wants it. Nothing is diagnosed: both captures together tell more.
std::shared_ptr<const ConnectionDetails> recordingOf(const PairDetails& pair, Side capture)
{
    const OpenComparison& open = pair.open();
    const size_t given = open.comparison->isSwapped ? 1 - sideIndex(capture) : sideIndex(capture);
    auto details = std::make_shared<ConnectionDetails>();
    details->id = pair.connection(capture).id;
    details->open.trace = open.given[given];
    details->analysis = pair.analysis(capture);
    return details;
}

} // namespace

PacketPair::PacketPair(ComparisonSession* session, QWidget* parent)
    : QSplitter(Qt::Horizontal, parent)
    , m_session(session)
{
    const std::array names{tr("Packets of the client's capture"), tr("Packets of the server's capture")};
    const std::array widths{QStringLiteral("client-packets"), QStringLiteral("server-packets")};
    for (const Side capture : {Side::Client, Side::Server}) {
        auto* pane = new QWidget;
        auto* column = new QVBoxLayout(pane);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        auto* heading = new PlainLabel(QString(), PlainLabel::Style::Heading, pane);
        heading->setContentsMargins(8, 0, 8, 2);
        heading->setWordWrap(false);
        heading->setMinimumWidth(1); // a long name must not widen the window
        auto* table = new PacketTable;
        table->setAccessibleName(names[sideIndex(capture)]);
        table->setNarrow(widths[sideIndex(capture)]);
        connect(table, &PacketTable::packetSelected, session, [session, capture](PacketNumber frame) {
            const auto details = session->details();
            if (details && details->relationOf(capture, frame)) // second recordings have none
                session->selectPacket(capture, frame);
        });
        m_tables[sideIndex(capture)] = table;
        m_headings[sideIndex(capture)] = heading;
        column->addWidget(heading);
        column->addWidget(table, 1);
        addWidget(pane);
    }
    setChildrenCollapsible(false);
    connect(session, &ComparisonSession::pairChanged, this, &PacketPair::forget);
    connect(session, &ComparisonSession::selectionChanged, this, &PacketPair::showSelection);
}

QString PacketPair::heading(Side capture) const
{
    return m_headings[sideIndex(capture)]->text();
}

void PacketPair::showEvent(QShowEvent* event)
{
    QSplitter::showEvent(event);
    if (!m_details)
        fill();
}

void PacketPair::forget()
{
    for (const Side capture : {Side::Client, Side::Server})
        table(capture)->setConnection(nullptr);
    for (PlainLabel* heading : m_headings)
        heading->clear();
    m_details.reset();
    if (isVisible())
        fill();
}

/// Linear in the packets: only when somebody looks.
void PacketPair::fill()
{
    m_details = m_session->details();
    for (const Side capture : {Side::Client, Side::Server})
        table(capture)->setConnection(m_details ? recordingOf(*m_details, capture) : nullptr);
    showSelection();
}

/// Scrolls to the last packet before one that the capture does not have.
void PacketPair::showPlaceOf(uint32_t relation, Side capture)
{
    for (uint32_t index = relation; index-- > 0;) {
        const PacketNumber before = frameOf(m_details->relations()[index], capture);
        if (before.value == 0)
            continue;
        const PacketTableModel* packets = table(capture)->packets();
        const int row = packets->rowOf(before);
        if (row < 0)
            continue; // an ICMP error
        table(capture)->scrollTo(packets->index(row, PacketTableModel::Frame), QAbstractItemView::PositionAtCenter);
        return;
    }
}

void PacketPair::showSelection()
{
    if (!m_details)
        return;
    const std::optional<uint32_t> relation = m_session->relation();
    const std::array<QString, 2> names = captureNames(m_details->open());
    for (const Side capture : {Side::Client, Side::Server}) {
        const PacketNumber frame = relation ? frameOf(m_details->relations()[*relation], capture) : PacketNumber();
        table(capture)->setSelected(frame);
        if (relation && frame.value == 0)
            showPlaceOf(*relation, capture);
        const QString& name = names[sideIndex(capture)];
        m_headings[sideIndex(capture)]->setText(!relation ? name
                : frame.value == 0                        ? tr("%1: the packet is not there").arg(name)
                                                          : tr("%1: %2").arg(name, frameText(frame)));
        m_headings[sideIndex(capture)]->setToolTip(toolTipText(heading(capture)));
    }
}

} // namespace whyrst
