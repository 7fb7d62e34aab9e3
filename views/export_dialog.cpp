#include "views/export_dialog.h"

#include "model/document/document_text.h"
#include "views/charts/chart_image.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace whyrst {
namespace {

constexpr int titleWidth = 40;   ///< characters
constexpr int subjectWidth = 40; ///< characters of a finding; its whole text is the tool tip
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
    , m_form(new QFormLayout(this))
    , m_width(makeSpinBox(smallestChartImage.width(), largestSide, choice.size.width(), tr(" px"), this))
    , m_height(makeSpinBox(smallestChartImage.height(), largestSide, choice.size.height(), tr(" px"), this))
    , m_scale(makeSpinBox(1, largestScale, choice.scale, tr(" \u00d7"), this))
    , m_theme(new QComboBox(this))
    , m_mask(new QCheckBox(tr("&Mask addresses"), this))
    , m_title(new QLineEdit(choice.title, this))
    , m_subject(new QComboBox(this))
    , m_pixels(new QLabel(this))
{
    setWindowTitle(tr("Export as PNG"));
    m_theme->addItem(tr("Light, for reports"), static_cast<int>(ChartTheme::Light));
    m_theme->addItem(tr("Dark"), static_cast<int>(ChartTheme::Dark));
    m_theme->setCurrentIndex(choice.theme == ChartTheme::Dark ? 1 : 0);
    m_scale->setToolTip(tr("Draws everything larger, for high-resolution displays and print"));
    QPalette visible = m_mask->palette(); // the style draws the box darker than the window, unseen in the dark
    visible.setColor(QPalette::Window, visible.color(QPalette::WindowText));
    m_mask->setPalette(visible);
    m_mask->setChecked(choice.masksAddresses);
    m_mask->setToolTip(
        tr("A is the client, B the server, NAT what one of them is called behind a translation;\nalso in "
           "names of files and in the text that the PNG keeps. Ports and names of hosts stay."));
    m_subject->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_subject->setMinimumContentsLength(subjectWidth);
    m_title->setObjectName(QStringLiteral("title"));
    m_title->setMinimumWidth(fontMetrics().averageCharWidth() * titleWidth);
    m_title->setPlaceholderText(tr("A line of your own, may be empty"));
    m_form->addRow(tr("T&itle:"), m_title);
    m_form->addRow(tr("Sh&ow:"), m_subject);
    m_form->setRowVisible(m_subject, false);
    m_form->addRow(tr("&Width:"), m_width);
    m_form->addRow(tr("&Height:"), m_height);
    m_form->addRow(tr("&Scale:"), m_scale);
    m_form->addRow(tr("&Theme:"), m_theme);
    m_form->addRow(QString(), m_mask);
    m_form->addRow(tr("Picture:"), m_pixels);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Save)->setText(tr("Choose file\u2026"));
    m_form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (const QSpinBox* box : {m_width, m_height, m_scale})
        connect(box, &QSpinBox::valueChanged, this, &ExportDialog::showPixels);
    showPixels();
}

void ExportDialog::offerFindings(const QStringList& findings, std::optional<int> chosen)
{
    m_subject->clear();
    m_subject->addItem(tr("What is on the screen"));
    for (const QString& finding : findings) {
        m_subject->addItem(tr("Finding %1: %2").arg(m_subject->count()).arg(finding));
        m_subject->setItemData(m_subject->count() - 1, toolTipText(finding), Qt::ToolTipRole);
    }
    m_subject->setCurrentIndex(chosen.value_or(0));
    m_form->setRowVisible(m_subject, !findings.isEmpty());
}

ExportChoice ExportDialog::choice() const
{
    const std::optional<int> finding
        = m_subject->currentIndex() > 0 ? std::optional(m_subject->currentIndex()) : std::nullopt;
    return {QSize(m_width->value(), m_height->value()), m_scale->value(),
        static_cast<ChartTheme>(m_theme->currentData().toInt()), m_mask->isChecked(), m_title->text().simplified(),
        finding};
}

void ExportDialog::showPixels()
{
    const QSize pixels = choice().size * choice().scale;
    m_pixels->setText(tr("%1 \u00d7 %2 pixels").arg(pixels.width()).arg(pixels.height()));
}

} // namespace whyrst
