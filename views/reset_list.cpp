#include "views/reset_list.h"

#include "views/reset_delegate.h"

#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>

#include <algorithm>

namespace whyrst {

ResetList::ResetList(QWidget* parent)
    : QTreeView(parent)
    , m_model(new ResetListModel(this))
{
    setModel(m_model);
    setItemDelegate(new ResetDelegate(this));
    setAccessibleName(tr("Resets"));
    setHeaderHidden(true);
    setUniformRowHeights(true);
    setIndentation(fontMetrics().height());
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextElideMode(Qt::ElideRight);
    setRootIsDecorated(false);
    for (int column = 1; column < ResetListModel::ColumnCount; ++column)
        setColumnHidden(column, true); // the delegate draws them in the two lines of the first column
}

void ResetList::setTrace(const OpenTrace& open)
{
    const QScopedValueRollback told(m_isTold, true);
    m_model->setTrace(open);
    const bool isGrouped = open && open.diagnosis->headlines.size() >= ResetListModel::groupFrom;
    setRootIsDecorated(isGrouped);
}

QString ResetList::emptyText() const
{
    return m_model->openTrace() && m_model->rowCount() == 0 ? tr("No reset was found.") : QString();
}

void ResetList::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    constexpr int margin = 8;
    QPainter painter(viewport());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(viewport()->rect().adjusted(margin, margin, -margin, -margin),
        Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, emptyText());
}

QStringList ResetList::openGroups() const
{
    QStringList keys;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex group = m_model->index(row, 0);
        if (isExpanded(group))
            keys << group.data(ResetListModel::GroupKeyRole).toString();
    }
    return keys;
}

void ResetList::grow(const OpenTrace& open)
{
    const QScopedValueRollback told(m_isTold, true);
    const OpenTrace before = m_model->openTrace();
    const std::optional<uint32_t> chosen = selected();
    QStringList groups = openGroups();
    const int top = verticalScrollBar()->value();
    setTrace(open);
    for (int row = 0; row < m_model->rowCount() && !groups.isEmpty(); ++row) {
        const QModelIndex group = m_model->index(row, 0);
        if (groups.removeOne(group.data(ResetListModel::GroupKeyRole).toString()))
            expand(group);
    }
    if (chosen) {
        const Headline& headline = before.diagnosis->headlines[*chosen];
        const auto& now = open.diagnosis->headlines;
        const auto same = std::ranges::find_if(
            now, [&](const Headline& h) { return h.connection == headline.connection && h.frame == headline.frame; });
        if (same != now.end())
            setCurrentIndex(m_model->indexOf(static_cast<uint32_t>(same - now.begin())));
    }
    verticalScrollBar()->setValue(top);
}

void ResetList::setSelected(std::optional<uint32_t> headline)
{
    const QScopedValueRollback told(m_isTold, true);
    const QModelIndex index = headline ? m_model->indexOf(*headline) : QModelIndex();
    if (index.isValid() && index == currentIndex())
        return;
    setCurrentIndex(index);
    if (index.isValid())
        scrollTo(index);
    else
        clearSelection();
}

std::optional<uint32_t> ResetList::selected() const
{
    const QVariant headline = currentIndex().data(ResetListModel::HeadlineRole);
    return headline.isValid() ? std::optional(headline.toUInt()) : std::nullopt;
}

void ResetList::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTreeView::currentChanged(current, previous);
    const QVariant headline = current.data(ResetListModel::HeadlineRole);
    if (!m_isTold && headline.isValid())
        emit headlineSelected(headline.toUInt());
}

void ResetList::selectNeighbour(int step)
{
    const std::optional<uint32_t> next = m_model->neighbour(selected(), step);
    if (!next)
        return;
    setSelected(next);
    emit headlineSelected(*next);
}

} // namespace whyrst
