#include "app/settings.h"

#include <QFileInfo>

#include <array>

namespace whyrst {
namespace {

const QString recentKey = QStringLiteral("files/recent");
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
