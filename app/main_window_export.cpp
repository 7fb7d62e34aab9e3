// What is compared, as files for other programs: the same text that the command line gives.
#include "app/main_window.h"

#include "model/document/document_text.h"
#include "model/export/comparison_json.h"
#include "model/export/divergence_json.h"
#include "views/charts/chart_image.h"
#include "views/compare/contrast_view.h"
#include "views/message_bar.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include <sstream>

namespace whyrst {

/// Name of a file to write, beside the capture that is compared; empty when a person changed his mind.
QString MainWindow::askForExport(const QString& name, const QString& kind)
{
    const Trace& trace
        = isContrasting() ? m_contrastView->contrast()->both().bad.trace : m_comparison.open().trace(Side::Client);
    const QFileInfo capture(toQString(trace.capture.file));
    return QFileDialog::getSaveFileName(this, tr("Save the comparison"),
        QDir(m_settings.folder()).filePath(name.arg(capture.completeBaseName())), kind);
}

/// Completely or not at all.
bool MainWindow::saveText(const QString& file, const std::string& text)
{
    const Result<qint64> written = writePicture(QByteArray::fromStdString(text), file);
    if (!written) {
        m_message->showMessage(MessageBar::Kind::Error, toQString(sentenceFor(written.error())));
        return false;
    }
    m_message->showMessage(MessageBar::Kind::Note, tr("Saved %1.").arg(QDir::toNativeSeparators(file)));
    return true;
}

void MainWindow::chooseJsonFile()
{
    const QString file = askForExport(tr("%1-compared.json"), tr("JSON (*.json)"));
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
    return saveText(file, text.str());
}

void MainWindow::choosePairsFile()
{
    const QString file = askForExport(tr("%1-pairs.csv"), tr("Tables (*.csv)"));
    if (!file.isEmpty())
        savePairs(file);
}

bool MainWindow::savePairs(const QString& file)
{
    std::ostringstream text;
    writePairsCsv(text, m_comparison.open().traces(), *m_comparison.open().comparison);
    return saveText(file, text.str());
}

} // namespace whyrst
