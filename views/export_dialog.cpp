#include "views/export_dialog.h"

#include "views/charts/chart_image.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

namespace whyrst {
namespace {

constexpr int largestSide = 5000;
constexpr int largestScale = 4; // of the largest side: still within the largest picture

QSpinBox* makeSpinBox(int least, int most, int value, const QString& suffix, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setRange(least, most);
    box->setValue(value);
    box->setSuffix(suffix);
    return box;
}

} // namespace

ExportDialog::ExportDialog(const ExportChoice& choice, QWidget* parent)
    : QDialog(parent)
    , m_width(makeSpinBox(smallestChartImage.width(), largestSide, choice.size.width(), tr(" px"), this))
    , m_height(makeSpinBox(smallestChartImage.height(), largestSide, choice.size.height(), tr(" px"), this))
    , m_scale(makeSpinBox(1, largestScale, choice.scale, tr(" \u00d7"), this))
    , m_theme(new QComboBox(this))
    , m_mask(new QCheckBox(tr("&Mask addresses"), this))
    , m_pixels(new QLabel(this))
{
    setWindowTitle(tr("Export the charts as PNG"));
    m_theme->addItem(tr("Light, for reports"), static_cast<int>(ChartTheme::Light));
    m_theme->addItem(tr("Dark"), static_cast<int>(ChartTheme::Dark));
    m_theme->setCurrentIndex(choice.theme == ChartTheme::Dark ? 1 : 0);
    m_scale->setToolTip(tr("Draws everything larger, for high-resolution displays and print"));
    m_mask->setChecked(choice.masksAddresses);
    m_mask->setToolTip(
        tr("A is the client, B the server, NAT what one of them is called behind a translation;\nalso in "
           "names of files and in the text that the PNG keeps. Ports and names of hosts stay."));
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Width:"), m_width);
    form->addRow(tr("&Height:"), m_height);
    form->addRow(tr("&Scale:"), m_scale);
    form->addRow(tr("&Theme:"), m_theme);
    form->addRow(QString(), m_mask);
    form->addRow(tr("Picture:"), m_pixels);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Save)->setText(tr("Choose file\u2026"));
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (const QSpinBox* box : {m_width, m_height, m_scale})
        connect(box, &QSpinBox::valueChanged, this, &ExportDialog::showPixels);
    showPixels();
}

ExportChoice ExportDialog::choice() const
{
    return {QSize(m_width->value(), m_height->value()), m_scale->value(),
        static_cast<ChartTheme>(m_theme->currentData().toInt()), m_mask->isChecked()};
}

void ExportDialog::showPixels()
{
    const QSize pixels = choice().size * choice().scale;
    m_pixels->setText(tr("%1 \u00d7 %2 pixels").arg(pixels.width()).arg(pixels.height()));
}

} // namespace whyrst
