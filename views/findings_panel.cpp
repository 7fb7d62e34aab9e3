#include "views/findings_panel.h"

#include "model/diagnosis/connection_findings.h"
#include "model/document/document_text.h"
#include "model/export/episode_words.h"
#include "views/column_widths.h"
#include "views/palette.h"
#include "views/row_delegate.h"
#include "views/row_table.h"
#include "views/time_share_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QFocusEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace whyrst {
namespace {

/// Widths of the columns in characters, in their order; the last one takes what is left.
constexpr std::array<int, FindingsTableModel::ColumnCount> columnCharacters{5, 19, 17, 12, 10, 10, 16, 40};

/// Packets of a connection that are looked at without a thread: some 5 ms.
constexpr uint32_t mostLookedAtOnce = 20'000;

/// The kind in the colour that charts give to what it is about.
QColor kindColor(EpisodeKind kind, const QPalette& palette)
{
    const auto series = [&palette](SeriesStyle style) { return seriesLook(style, themeOf(palette)).color; };
    switch (kind) {
    case EpisodeKind::Backoff:
    case EpisodeKind::LossRepair:
    case EpisodeKind::SpuriousResends:
        return series(SeriesStyle::Resend);
    case EpisodeKind::DupAckRun:
        return series(SeriesStyle::DupAck);
    case EpisodeKind::ZeroWindow:
    case EpisodeKind::WindowShrink:
        return series(SeriesStyle::ClosedWindow);
    case EpisodeKind::SackOutside:
    case EpisodeKind::SackReneging:
        return series(SeriesStyle::SackBlock);
    case EpisodeKind::IgnoredResets:
        return series(SeriesStyle::Reset);
    default:
        return palette.color(QPalette::Text);
    }
}

/// Unlike other tables it has no current row until a person chooses one: that would move the charts.
class FindingsTable final : public QTableView
{
public:
    using QTableView::QTableView;

protected:
    void focusInEvent(QFocusEvent* event) override
    {
        const bool hadCurrent = currentIndex().isValid();
        QTableView::focusInEvent(event);
        if (!hadCurrent && event->reason() != Qt::MouseFocusReason)
            setCurrentIndex({});
    }
};

class FindingDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void adorn(QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        if (index.column() == FindingsTableModel::KindColumn)
            option.palette.setColor(QPalette::Text,
                kindColor(static_cast<EpisodeKind>(index.data(FindingsTableModel::KindRole).toInt()), option.palette));
        if (index.column() == FindingsTableModel::Frames || index.column() == FindingsTableModel::KindColumn)
            option.text.prepend(QChar(0x2002)); // keeps away from the right-aligned number before it
    }
};

} // namespace

FindingsPanel::FindingsPanel(QWidget* parent)
    : QWidget(parent)
    , m_model(new FindingsTableModel(this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_share(new TimeShareBar(this))
    , m_table(new FindingsTable(this))
    , m_instead(new QLabel(this))
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(FindingsTableModel::SortRole);
    createTable();
    m_instead->setAlignment(Qt::AlignCenter);
    m_instead->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_share);
    column->addWidget(m_table, 1);
    column->addWidget(m_instead, 1);
    setFocusProxy(m_table);
}

void FindingsPanel::createTable()
{
    m_table->setModel(m_proxy);
    m_table->setAccessibleName(tr("Findings"));
    makeRowTable(m_table);
    m_table->setItemDelegate(new FindingDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(FindingsTableModel::Number, Qt::AscendingOrder);
    m_table->installEventFilter(this);
    m_widths = new ColumnWidths(m_table, QStringLiteral("findings"));
    m_widths->setCharacters(columnCharacters);
    connect(m_widths, &ColumnWidths::forgotten, this, [this] {
        m_widths->setCharacters(columnCharacters);
        if (m_details)
            fitFrames(m_details->connection());
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
        [this] { choose(m_table->selectionModel()->selectedRows().value(0)); });
    connect(m_table, &QTableView::clicked, this, &FindingsPanel::choose); // the selected row again, too
    connect(m_table, &QTableView::activated, this, &FindingsPanel::episodeActivated);
}

void FindingsPanel::setConnection(std::shared_ptr<const ConnectionDetails> details)
{
    m_details = std::move(details);
    m_chosen = -1;
    m_isNew = true;
    m_isStale = true;
    refresh();
}

void FindingsPanel::grow(std::shared_ptr<const ConnectionDetails> details)
{
    const QVariant chosen = m_table->currentIndex().data(FindingsTableModel::EpisodeRole);
    m_details = std::move(details);
    m_chosen = chosen.isValid() ? chosen.toInt() : m_chosen;
    m_isStale = true;
    refresh();
}

void FindingsPanel::setSeen(bool isSeen)
{
    m_isSeen = isSeen;
    refresh();
}

void FindingsPanel::refresh()
{
    if (!m_isStale || !m_isSeen || m_isLooking)
        return;
    m_isStale = false;
    if (m_details && m_details->connection().packetCount() > mostLookedAtOnce)
        lookOnThread();
    else if (m_details)
        show(m_details, findingsOf(m_details->connection(), m_details->analysis, m_details->diagnosis));
    else
        show({}, {});
}

void FindingsPanel::lookOnThread()
{
    m_isLooking = true;
    if (m_isNew) { // of a connection that has grown the rows stay until there are new ones
        show({}, {});
        showSentence(tr("Looking for findings\u2026"));
    }
    m_worker = std::jthread([this, details = m_details] {
        Findings findings = findingsOf(details->connection(), details->analysis, details->diagnosis);
        const auto finish = [this, details, findings = std::move(findings)]() mutable {
            m_isLooking = false;
            if (m_details && m_details->id == details->id) // else there is another connection by now
                show(details, std::move(findings));
            refresh();
        };
        QMetaObject::invokeMethod(this, finish, Qt::QueuedConnection);
    });
}

void FindingsPanel::show(std::shared_ptr<const ConnectionDetails> details, Findings findings)
{
    const QScopedValueRollback told(m_isTold, true);
    m_isNew = !details;
    const bool isQuiet = details && findings.episodes.empty();
    m_share->setShare(findings.share, details ? toQString(timeShareCaveat(details->diagnosis.vantage)) : QString());
    if (details)
        fitFrames(details->connection());
    m_model->setFindings(std::move(details), std::move(findings));
    showSentence(isQuiet ? tr("Nothing out of the ordinary happened on this connection.") : QString());
    if (m_chosen >= 0 && m_chosen < m_model->rowCount())
        m_table->setCurrentIndex(m_proxy->mapFromSource(m_model->index(m_chosen, 0)));
}

/// Two of the connection's frame numbers beside each other.
void FindingsPanel::fitFrames(const Connection& connection)
{
    const QString widest = QStringLiteral("#%1\u2013#%1").arg(connection.lastFrame.value);
    const int least = m_widths->inPixels(columnCharacters[FindingsTableModel::Frames]);
    constexpr int margins = 3; // characters
    const int needed = fontMetrics().horizontalAdvance(widest) + m_widths->inPixels(margins);
    m_widths->set(FindingsTableModel::Frames, std::max(least, needed));
}

/// In place of the table; the table without one.
void FindingsPanel::showSentence(const QString& sentence)
{
    m_instead->setText(sentence);
    m_instead->setVisible(!sentence.isEmpty());
    m_table->setVisible(sentence.isEmpty());
}

const Episode& FindingsPanel::episodeAt(const QModelIndex& index) const
{
    return m_model->episode(index.data(FindingsTableModel::EpisodeRole).toInt());
}

void FindingsPanel::choose(const QModelIndex& index)
{
    if (m_isTold || !index.isValid())
        return;
    const Episode episode = episodeAt(index); // what follows may replace the table
    emit episodeSelected(episode);
    emit readoutChanged(toQString(episodeWords(episode)));
}

/// Tables copy one cell: here Ctrl+C takes all of them.
bool FindingsPanel::eventFilter(QObject* watched, QEvent* event)
{
    const bool copies
        = event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy);
    if (!copies)
        return QWidget::eventFilter(watched, event);
    copy();
    return true;
}

void FindingsPanel::copy() const
{
    QApplication::clipboard()->setText(m_model->asTabs());
}

} // namespace whyrst
