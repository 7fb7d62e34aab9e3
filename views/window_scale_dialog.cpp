#include "views/window_scale_dialog.h"

#include "model/analysis/windows.h"
#include "views/plain_label.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace whyrst {
namespace {

constexpr int dialogWidth = 460;

/// "7 (× 128)".
QString scaleText(int scale)
{
    return WindowScaleDialog::tr("%1 (\u00d7 %2)").arg(scale).arg(QLocale::c().toString(1 << scale));
}

QString capturedText(const Connection& connection, const FlowAnalysis& analysis, Side side)
{
    if (isWindowScaleCaptured(connection, side))
        return WindowScaleDialog::tr("As captured: %1").arg(scaleText(analysis.windowShift));
    const int least = leastWindowScaleOf(connection, side);
    return least == 0 ? WindowScaleDialog::tr("Not known")
                      : WindowScaleDialog::tr("Not known: at least %1").arg(scaleText(least));
}

} // namespace

WindowScaleDialog::WindowScaleDialog(const Connection& connection, const Analysis& analysis, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Window scale"));
    setMinimumWidth(dialogWidth);
    auto* form = new QFormLayout;
    for (const Side side : {Side::Client, Side::Server}) {
        m_boxes[sideIndex(side)] = createBox(connection, analysis.flow(side), side);
        form->addRow(side == Side::Client ? tr("Windows of the &client:") : tr("Windows of the &server:"), box(side));
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(
        new PlainLabel(tr("The scale of the receive windows stands in SYN and SYN-ACK (RFC 7323). Where they "
                          "were not captured, say here what it was."),
            PlainLabel::Style::Normal, this));
    column->addLayout(form);
    column->addStretch();
    column->addWidget(buttons);
}

QComboBox* WindowScaleDialog::createBox(const Connection& connection, const FlowAnalysis& analysis, Side side)
{
    auto* box = new QComboBox(this);
    box->addItem(capturedText(connection, analysis, side));
    box->setEnabled(!isWindowScaleCaptured(connection, side));
    for (int scale = 0; scale <= largestWindowScale; ++scale)
        box->addItem(scaleText(scale), scale);
    if (const std::optional<uint8_t> given = connection.flow(side).rare->givenWindowScale)
        box->setCurrentIndex(box->findData(int{*given}));
    return box;
}

std::optional<uint8_t> WindowScaleDialog::scale(Side side) const
{
    const QVariant chosen = box(side)->currentData();
    return chosen.isValid() ? std::optional(static_cast<uint8_t>(chosen.toInt())) : std::nullopt;
}

} // namespace whyrst
