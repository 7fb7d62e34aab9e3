// Charts and comparisons as files: pictures for reports, JSON and CSV as the command line gives them.
#include "app/main_window.h"

#include "model/document/document_text.h"
#include "model/export/comparison_json.h"
#include "model/export/divergence_json.h"
#include "views/charts/chart_image.h"
#include "views/compare/compare_view.h"
#include "views/compare/comparison_image.h"
#include "views/compare/contrast_image.h"
#include "views/compare/contrast_view.h"
#include "views/message_bar.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include <sstream>

namespace whyrst {
namespace {

constexpr double pictureScale = 2; ///< device pixels for each logical one

QByteArray bytesOf(const std::ostringstream& text)
{
    return QByteArray::fromStdString(text.str());
}

} // namespace

/// Name of a file to write, beside the capture that is compared; empty when a person changed his mind.
QString MainWindow::askForFile(const QString& name, const QString& kind)
{
    const Trace& trace
        = isContrasting() ? m_contrastView->contrast()->both().bad.trace : m_comparison.open().trace(Side::Client);
    const QFileInfo capture(toQString(trace.capture.file));
    return QFileDialog::getSaveFileName(this, tr("Save the comparison"),
        QDir(m_settings.folder()).filePath(name.arg(capture.completeBaseName())), kind);
}

/// Completely or not at all, and tells which.
bool MainWindow::saveBytes(const QString& file, const QByteArray& bytes)
{
    const Result<qint64> written = writePicture(bytes, file);
    if (!written) {
        m_message->showMessage(MessageBar::Kind::Error, toQString(sentenceFor(written.error())));
        return false;
    }
    m_message->showMessage(MessageBar::Kind::Note, tr("Saved %1.").arg(QDir::toNativeSeparators(file)));
    return true;
}

void MainWindow::choosePictureFile()
{
    if (!isContrasting() && !m_comparison.details())
        return;
    const QString name = isContrasting() ? tr("%1-good-against-bad.png") : tr("%1-compared.png");
    const QString file = askForFile(name, tr("Pictures (*.png)"));
    if (!file.isEmpty())
        isContrasting() ? saveContrast(file) : saveComparison(file);
}

bool MainWindow::saveComparison(const QString& file)
{
    const auto details = m_comparison.details();
    if (!details)
        return false;
    ComparisonImageRequest request = describeComparisonImage(details);
    request.direction = m_comparison.direction();
    request.hasDelay = m_compareView->charts()->isDelayShown();
    return saveBytes(file, encodePng(renderComparisonImage(request), request.scale));
}

bool MainWindow::saveContrast(const QString& file)
{
    const auto contrast = m_contrastView->contrast();
    if (!contrast)
        return false;
    ChartImageRequest request = describeContrastImage(*contrast, m_contrastView->charts()->direction());
    request.scale = pictureScale;
    return saveBytes(file, encodePng(renderChartImage(request), request.scale));
}

void MainWindow::chooseJsonFile()
{
    const QString file = askForFile(tr("%1-compared.json"), tr("JSON (*.json)"));
    if (!file.isEmpty())
        saveAsJson(file);
}

bool MainWindow::saveAsJson(const QString& file)
{
    std::ostringstream text;
    JsonWriter json(text);
    if (isContrasting()) {
        const auto contrast = m_contrastView->contrast();
        writeDivergenceJson(json, contrast->both(), contrast->divergence());
    } else {
        writeComparisonJson(json, m_comparison.open().traces(), *m_comparison.open().comparison);
    }
    return saveBytes(file, bytesOf(text));
}

void MainWindow::choosePairsFile()
{
    const QString file = askForFile(tr("%1-pairs.csv"), tr("Tables (*.csv)"));
    if (!file.isEmpty())
        savePairs(file);
}

bool MainWindow::savePairs(const QString& file)
{
    std::ostringstream text;
    writePairsCsv(text, m_comparison.open().traces(), *m_comparison.open().comparison);
    return saveBytes(file, bytesOf(text));
}

} // namespace whyrst
