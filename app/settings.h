// What the window remembers between two starts.
#pragma once

#include <QByteArray>
#include <QMap>
#include <QSettings>
#include <QStringList>

namespace whyrst {

enum class ThemeChoice : uint8_t
{
    System,
    Light,
    Dark
};

/// Typed access to the stored settings. Values that make no sense count as absent.
class Settings
{
public:
    static constexpr int mostRecentFiles = 10;

    /// Absolute paths, the latest first; without files that are gone.
    QStringList recentFiles() const;
    void addRecentFile(const QString& file);

    ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);

    /// Whether the packet table shows the flags of Wireshark's TCP analysis.
    bool showsWireshark() const { return m_store.value(QStringLiteral("packets/wireshark")).toBool(); }
    void setShowsWireshark(bool isShown) { m_store.setValue(QStringLiteral("packets/wireshark"), isShown); }

    QByteArray geometry() const { return m_store.value(QStringLiteral("window/geometry")).toByteArray(); }
    void setGeometry(const QByteArray& geometry) { m_store.setValue(QStringLiteral("window/geometry"), geometry); }
    QByteArray layout() const { return m_store.value(QStringLiteral("window/layout")).toByteArray(); }
    void setLayout(const QByteArray& layout) { m_store.setValue(QStringLiteral("window/layout"), layout); }

    /// Widths of a table's columns that a person has set, by column; empty when there are none.
    QMap<int, int> columnWidths(const QString& table) const;
    void setColumnWidths(const QString& table, const QMap<int, int>& widths);

    /// Folder of the last file dialog; empty at first.
    QString folder() const { return m_store.value(QStringLiteral("files/folder")).toString(); }
    void setFolder(const QString& folder) { m_store.setValue(QStringLiteral("files/folder"), folder); }

private:
    QSettings m_store{QStringLiteral("whyrst"), QStringLiteral("whyrst")};
};

} // namespace whyrst
