#include "views/charts/png_text.h"

#include <QtEndian>

#include <algorithm>
#include <array>
#include <cstdint>

namespace whyrst {

namespace {

constexpr qsizetype signatureLength = 8;
constexpr qsizetype headerChunkLength = 25;    ///< IHDR: length, type, 13 bytes of data, CRC
constexpr uint32_t crcPolynomial = 0xedb88320; ///< PNG specification 5.5 and annex D, least bit first
constexpr uint32_t allOnes = 0xffffffff;
constexpr ushort firstLatin1Control = 0x7f; ///< with the C1 controls up to 0x9f
constexpr ushort lastLatin1Control = 0x9f;
constexpr ushort lastLatin1 = 0xff;

uint32_t crcOf(const QByteArray& bytes)
{
    uint32_t crc = allOnes;
    for (const char byte : bytes) {
        crc ^= static_cast<uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 1U) != 0 ? (crc >> 1U) ^ crcPolynomial : crc >> 1U;
    }
    return crc ^ allOnes;
}

QByteArray bigEndian(uint32_t number)
{
    std::array<char, sizeof(number)> bytes{};
    qToBigEndian(number, bytes.data());
    return {bytes.data(), static_cast<qsizetype>(bytes.size())};
}

QByteArray chunk(const QByteArray& type, const QByteArray& data)
{
    return bigEndian(static_cast<uint32_t>(data.size())) + type + data + bigEndian(crcOf(type + data));
}

/// Whether tEXt may hold it: printable Latin-1 and line feeds.
bool isPlainLatin1(const QString& text)
{
    return std::all_of(text.begin(), text.end(), [](QChar character) {
        const ushort code = character.unicode();
        const bool isControl
            = (code < ' ' && code != '\n') || (code >= firstLatin1Control && code <= lastLatin1Control);
        return code <= lastLatin1 && !isControl;
    });
}

QByteArray textChunk(const QString& keyword, const QString& text)
{
    const QByteArray name = keyword.toLatin1() + '\0';
    if (isPlainLatin1(text))
        return chunk("tEXt", name + text.toLatin1());
    const QByteArray uncompressed(2, '\0'); // compression flag and method
    const QByteArray noLanguage(2, '\0');   // ends of an empty language tag and of an empty translated keyword
    return chunk("iTXt", name + uncompressed + noLanguage + text.toUtf8());
}

} // namespace

QByteArray withTexts(const QByteArray& png, const QMap<QString, QString>& texts)
{
    constexpr qsizetype begin = signatureLength + headerChunkLength;
    if (!png.startsWith("\x89PNG") || png.size() < begin)
        return png;
    QByteArray chunks;
    for (auto text = texts.begin(); text != texts.end(); ++text) {
        if (!text.value().isEmpty())
            chunks += textChunk(text.key(), text.value());
    }
    return png.left(begin) + chunks + png.mid(begin);
}

} // namespace whyrst
