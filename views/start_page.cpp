#include "views/start_page.h"

#include "views/plain_label.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace whyrst {
namespace {

constexpr int pageWidth = 640;
constexpr int recentRows = 6;

} // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent)
    , m_open(new QPushButton(tr("Open a capture\u2026"), this))
    , m_compare(new QPushButton(tr("Compare two captures\u2026"), this))
    , m_capture(new QPushButton(tr("Capture live\u2026"), this))
    , m_sample(new QPushButton(tr("Open the sample"), this))
    , m_recentBox(new QWidget(this))
    , m_recent(new QListWidget(m_recentBox))
{
    auto* page = new QWidget(this);
    page->setFixedWidth(pageWidth);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(10);
    column->addWidget(new PlainLabel(tr("Why was this TCP connection reset?"), PlainLabel::Style::Title));
    column->addWidget(
        new PlainLabel(tr("Open a capture (pcap or pcapng). You get every reset in it with its cause, the packets that "
                          "prove it numbered on the charts, and what to do next."),
            PlainLabel::Style::Normal));
    auto* buttons = new QHBoxLayout;
    m_open->setDefault(true);
    m_capture->setToolTip(tr("Captures from a network interface and shows it as it comes"));
    m_compare->setToolTip(
        tr("Two captures of the same connections, taken at both ends: where was it lost or changed?"));
    for (QPushButton* button : {m_open, m_compare, m_capture, m_sample})
        button->setMinimumSize(fontMetrics().averageCharWidth() * 18, fontMetrics().height() * 2);
    buttons->addWidget(m_open);
    buttons->addWidget(m_compare);
    buttons->addWidget(m_capture);
    buttons->addWidget(m_sample);
    buttons->addStretch();
    column->addLayout(buttons);
    column->addWidget(new PlainLabel(
        tr("Or drop files anywhere on this window; two can be compared, several are read as one trace. The "
           "sample is an upload that dies after many duplicate ACKs."),
        PlainLabel::Style::Faint));
    auto* recentColumn = new QVBoxLayout(m_recentBox);
    recentColumn->setContentsMargins(0, 10, 0, 0);
    recentColumn->addWidget(new PlainLabel(tr("Recent captures"), PlainLabel::Style::Heading));
    recentColumn->addWidget(m_recent);
    m_recent->setAccessibleName(tr("Recent captures"));
    column->addWidget(m_recentBox);
    auto* outer = new QVBoxLayout(this);
    // Stretches instead of an alignment: an aligned page is not asked how high its wrapped texts are.
    auto* middle = new QHBoxLayout;
    middle->addStretch();
    middle->addWidget(page);
    middle->addStretch();
    outer->addStretch(2);
    outer->addLayout(middle);
    outer->addStretch(3);
    connect(m_open, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(m_compare, &QPushButton::clicked, this, &StartPage::compareRequested);
    connect(m_capture, &QPushButton::clicked, this, &StartPage::captureRequested);
    connect(m_sample, &QPushButton::clicked, this, &StartPage::sampleRequested);
    connect(m_recent, &QListWidget::itemActivated, this,
        [this](const QListWidgetItem* item) { emit fileRequested(item->data(Qt::UserRole).toString()); });
    connect(m_recent, &QListWidget::itemClicked, m_recent, &QListWidget::itemActivated);
}

void StartPage::setRecentFiles(const QStringList& files)
{
    m_recent->clear();
    for (const QString& file : files) {
        const QFileInfo info(file);
        auto* item = new QListWidgetItem(
            tr("%1   in %2").arg(info.fileName(), QDir::toNativeSeparators(info.absolutePath())), m_recent);
        item->setData(Qt::UserRole, file);
    }
    m_recent->setFixedHeight(recentRows * (fontMetrics().height() + 6));
    m_recentBox->setVisible(!files.isEmpty());
}

} // namespace whyrst
