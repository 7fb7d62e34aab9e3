#include "app/settings.h"

#include <QFileInfo>

#include <array>

namespace whyrst {
namespace {

const QString recentKey = QStringLiteral("files/recent");
const QString columnsKey = QStringLiteral("columns/");
const QString themeKey = QStringLiteral("window/theme");

QString themeWord(ThemeChoice theme)
{
    const std::array words{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};
    return words[static_cast<size_t>(theme)];
}

} // namespace

QStringList Settings::recentFiles() const
{
    QStringList files = m_store.value(recentKey).toStringList();
    files.removeIf([](const QString& file) { return !QFileInfo::exists(file); });
    return files;
}

void Settings::addRecentFile(const QString& file)
{
    const QString path = QFileInfo(file).absoluteFilePath();
    QStringList files = m_store.value(recentKey).toStringList();
    files.removeAll(path);
    files.prepend(path);
    m_store.setValue(recentKey, files.mid(0, mostRecentFiles));
}

QMap<int, int> Settings::columnWidths(const QString& table) const
{
    QMap<int, int> widths;
    const QStringList entries = m_store.value(columnsKey + table).toStringList();
    for (const QString& entry : entries) {
        bool isColumn = false;
        bool isWidth = false;
        const int column = entry.section(QLatin1Char(':'), 0, 0).toInt(&isColumn);
        const int width = entry.section(QLatin1Char(':'), 1).toInt(&isWidth);
        if (isColumn && isWidth)
            widths[column] = width;
    }
    return widths;
}

void Settings::setColumnWidths(const QString& table, const QMap<int, int>& widths)
{
    QStringList entries;
    for (auto width = widths.begin(); width != widths.end(); ++width)
        entries << QStringLiteral("%1:%2").arg(width.key()).arg(*width);
    if (entries.isEmpty())
        m_store.remove(columnsKey + table);
    else
        m_store.setValue(columnsKey + table, entries);
}

ThemeChoice Settings::theme() const
{
    const QString word = m_store.value(themeKey).toString();
    for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
        if (word == themeWord(theme))
            return theme;
    }
    return ThemeChoice::System;
}

void Settings::setTheme(ThemeChoice theme)
{
    m_store.setValue(themeKey, themeWord(theme));
}

} // namespace whyrst
