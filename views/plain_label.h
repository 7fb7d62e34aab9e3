// A label for texts that come from a capture: never HTML, wrapped, and free to mark and copy.
#pragma once

#include "model/ids.h"

#include <QLabel>

#include <functional>
#include <vector>

namespace whyrst {

class PlainLabel : public QLabel
{
    Q_OBJECT

public:
    enum class Style : uint8_t
    {
        Normal,
        Faint,   ///< less contrast, still 4.5:1
        Title,   ///< large and bold
        Heading, ///< bold
        Code,    ///< fixed width
    };

    PlainLabel(const QString& text, Style style, QWidget* parent = nullptr);

    /// Adds words with less contrast behind the text, on the same line where they fit; only after a
    /// middle dot are they broken.
    void setFaintEnd(const QString& words);
    /// Makes the packet numbers in the text ("#31") that `isPacket` knows links for the mouse and the keyboard.
    void linkPackets(const std::function<bool(PacketNumber)>& isPacket);
    /// The text with the words behind it.
    QString plainText() const;

signals:
    /// A packet number was followed.
    void packetActivated(whyrst::PacketNumber frame);

protected:
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    /// A packet number in the text.
    struct Link
    {
        qsizetype begin = 0;
        qsizetype length = 0;
        PacketNumber frame;
    };

    void applyStyle();
    bool isRich() const { return textFormat() == Qt::RichText; }
    QString ownText() const;
    QString linkedText() const;
    QString faintEnd() const;
    void showRich();

    Style m_style;
    QString m_text; ///< what a person wrote or a capture held, where text() is made from it
    std::vector<Link> m_links;
    QString m_faintEnd;
};

} // namespace whyrst
