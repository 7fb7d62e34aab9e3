#include "views/compare/pair_dialog.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/plain_label.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QVBoxLayout>

namespace whyrst {
namespace {

constexpr int mostListed = 2000; ///< connections; further ones are found by the list of the capture's own window

void fill(QComboBox* box, const Trace& trace, const std::vector<ConnectionId>& unpaired)
{
    const auto add = [&](ConnectionId id) {
        const Connection& connection = trace.connection(id);
        box->addItem(QStringLiteral("%1: %2").arg(id.value).arg(endpointsText(connection)), id.value);
    };
    for (const ConnectionId id : unpaired)
        add(id);
    for (uint32_t id = 0; id < trace.connections.size() && box->count() < mostListed; ++id) {
        if (box->findData(id) < 0)
            add(ConnectionId(id));
    }
}

} // namespace

PairDialog::PairDialog(const OpenComparison& open, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Pair two connections"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(new PlainLabel(
        tr("These two are the same connection, although the program did not find it out:"), PlainLabel::Style::Normal));
    auto* form = new QFormLayout;
    for (const Side side : {Side::Client, Side::Server}) {
        auto* box = new QComboBox(this);
        box->setMinimumContentsLength(44);
        const Comparison& comparison = *open.comparison;
        fill(box, open.trace(side), side == Side::Client ? comparison.unpairedClient : comparison.unpairedServer);
        form->addRow(side == Side::Client ? tr("In the &client's capture:") : tr("In the &server's capture:"), box);
        m_boxes[sideIndex(side)] = box;
    }
    column->addLayout(form);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

std::pair<ConnectionId, ConnectionId> PairDialog::chosen() const
{
    return {ConnectionId(m_boxes[0]->currentData().toUInt()), ConnectionId(m_boxes[1]->currentData().toUInt())};
}

} // namespace whyrst
