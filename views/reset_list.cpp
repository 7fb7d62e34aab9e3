#include "views/reset_list.h"

#include "views/reset_delegate.h"

#include <QScopedValueRollback>

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

void ResetList::setSelected(std::optional<uint32_t> headline)
{
    const QScopedValueRollback told(m_isTold, true);
    const QModelIndex index = headline ? m_model->indexOf(*headline) : QModelIndex();
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
