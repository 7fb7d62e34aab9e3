// Charts and comparisons as files: pictures for reports, JSON and CSV as the command line gives them.
#include "app/main_window.h"

#include "app/comparison_picture.h"
#include "model/charts/chart_table.h"
#include "model/document/document_text.h"
#include "model/export/comparison_json.h"
#include "model/export/divergence_json.h"
#include "views/charts/chart_image.h"
#include "views/charts/picture_mask.h"
#include "views/compare/compare_view.h"
#include "views/compare/comparison_image.h"
#include "views/compare/contrast_image.h"
#include "views/compare/contrast_view.h"
#include "views/message_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include <sstream>

namespace whyrst {
namespace {

/// A comparison has more to show than one connection's charts, and its ladder more small texts.
const ExportChoice comparisonChoice{QSize(1600, 1000), 2, ChartTheme::Light};

/// How a person wants the picture.
template <typename Request> void applyChoice(Request& request, const ExportChoice& choice)
{
    request.size = choice.size;
    request.scale = choice.scale;
    request.theme = choice.theme;
    if (!choice.title.isEmpty())
        request.title.prepend(choice.title);
}

QStringList findingTexts(const ConnectionPair& pair)
{
    QStringList texts;
    for (const CompareFinding& finding : pair.findings)
        texts << toQString(finding.text);
    return texts;
}

QByteArray bytesOf(const std::ostringstream& text)
{
    return QByteArray::fromStdString(text.str());
}

} // namespace

/// What names of files to write begin with.
QString MainWindow::nameOfCompared() const
{
    const Trace& trace
        = isContrasting() ? m_contrastView->contrast()->both().bad.trace : m_comparison.open().trace(Side::Client);
    return QFileInfo(toQString(trace.capture.file)).completeBaseName();
}

/// Name of a file to write, at first in the folder of the last capture; empty when a person changed his mind.
QString MainWindow::askForFile(const QString& title, const QString& name, const QString& kind)
{
    return QFileDialog::getSaveFileName(this, title, QDir(m_settings.folder()).filePath(name), kind);
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

/// Nothing without a connection.
std::optional<ChartImageRequest> MainWindow::chartsRequest(const ExportChoice& choice)
{
    const auto details = m_session.details();
    if (!details)
        return std::nullopt;
    std::vector<const ChartKind*> kinds;
    for (const ChartKind& kind : chartTable())
        kinds.push_back(&kind);
    ChartImageRequest request = describeChartImage(
        {*details->open.trace, details->connection(), details->analysis, m_session.direction(), m_session.diagnosis()},
        kinds);
    applyChoice(request, choice);
    if (choice.masksAddresses) {
        AddressMask mask = addressMask(details->connection());
        maskAddresses(mask, request);
    }
    return request;
}

bool MainWindow::saveCharts(const QString& file, const ExportChoice& choice)
{
    const std::optional<ChartImageRequest> request = chartsRequest(choice);
    return request && saveBytes(file, encodePng(renderChartImage(*request), request->scale));
}

void MainWindow::copyCharts()
{
    const std::optional<ChartImageRequest> request = chartsRequest({});
    if (!request)
        return;
    QApplication::clipboard()->setImage(renderChartImage(*request));
    m_message->showMessage(MessageBar::Kind::Note, tr("The picture of the charts is in the clipboard."));
}

void MainWindow::chooseExport()
{
    ExportDialog dialog({}, this);
    if (!m_session.connection() || dialog.exec() != QDialog::Accepted)
        return;
    const QFileInfo capture(toQString(m_session.openTrace().trace->capture.file));
    QString name = tr("%1-%2.png").arg(capture.completeBaseName(), tr("why"));
    if (dialog.choice().masksAddresses) {
        AddressMask mask = addressMask(m_session.details()->connection());
        name = masked(mask, name);
    }
    const QString file = askForFile(tr("Export the charts"), name, tr("Pictures (*.png)"));
    if (!file.isEmpty())
        saveCharts(file, dialog.choice());
}

AddressMask MainWindow::maskOfCompared() const
{
    if (isContrasting())
        return addressMask(m_contrastView->contrast()->connection(Outcome::Good));
    return addressMask(m_comparison.open().traces(), m_comparison.details()->pair());
}

void MainWindow::choosePictureFile(std::optional<int> finding)
{
    if (!isContrasting() && !m_comparison.details())
        return;
    ExportDialog dialog(comparisonChoice, this);
    if (!isContrasting())
        dialog.offerFindings(findingTexts(m_comparison.details()->pair()), finding);
    const bool isAccepted = dialog.exec() == QDialog::Accepted;
    if (!isAccepted || (!isContrasting() && !m_comparison.details())) // it may have been left meanwhile
        return;
    QString name = (isContrasting() ? tr("%1-good-against-bad.png") : tr("%1-compared.png")).arg(nameOfCompared());
    if (dialog.choice().masksAddresses) {
        AddressMask mask = maskOfCompared();
        name = masked(mask, name);
    }
    const QString file = askForFile(tr("Save the comparison"), name, tr("Pictures (*.png)"));
    if (!file.isEmpty())
        isContrasting() ? saveContrast(file, dialog.choice()) : saveComparison(file, dialog.choice());
}

bool MainWindow::saveComparison(const QString& file)
{
    return saveComparison(file, comparisonChoice);
}

bool MainWindow::saveComparison(const QString& file, const ExportChoice& choice)
{
    if (!m_comparison.details())
        return false;
    ComparisonImageRequest request = m_compareView->charts()->imageRequest();
    applyChoice(request, choice);
    request.made = dayOfMaking();
    if (choice.finding && !showFinding(request, *choice.finding))
        return false;
    if (choice.masksAddresses)
        maskAddresses(request);
    return saveBytes(file, encodePng(renderComparisonImage(request), request.scale));
}

bool MainWindow::saveContrast(const QString& file)
{
    return saveContrast(file, comparisonChoice);
}

bool MainWindow::saveContrast(const QString& file, const ExportChoice& choice)
{
    const auto contrast = m_contrastView->contrast();
    if (!contrast)
        return false;
    ChartImageRequest request = describeContrastImage(*contrast, m_contrastView->charts()->direction());
    applyChoice(request, choice);
    if (choice.masksAddresses) {
        AddressMask mask = maskOfCompared();
        maskAddresses(mask, request);
    }
    return saveBytes(file, encodePng(renderChartImage(request), request.scale));
}

void MainWindow::chooseViewFile()
{
    const QString name = QFileInfo(m_shown.files.value(0)).completeBaseName();
    const QString file = askForFile(tr("Save the view"), name + QStringLiteral(".whyrst"), tr("Views (*.whyrst)"));
    if (!file.isEmpty())
        saveView(isViewFile(file) ? file : file + QStringLiteral(".whyrst"));
}

void MainWindow::chooseJsonFile()
{
    const QString file
        = askForFile(tr("Save the comparison"), tr("%1-compared.json").arg(nameOfCompared()), tr("JSON (*.json)"));
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
    const QString file
        = askForFile(tr("Save the comparison"), tr("%1-pairs.csv").arg(nameOfCompared()), tr("Tables (*.csv)"));
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
