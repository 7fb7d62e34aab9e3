#include "views/charts/png_text.h"

#include "views/charts/chart_image.h"

#include <QImage>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

const QString longText
    = QStringLiteral("Bytes 58,313 to 59,772 were sent 7 times and never reached the server. ").repeated(9);
const QString foreignText = QString(longText).replace(u' ', QChar(0x2192));

/// A picture that says of itself what `longText` and `foreignText` say.
QByteArray pngWithTexts()
{
    QImage image(16, 16, QImage::Format_RGB32);
    image.fill(Qt::white);
    image.setText(QStringLiteral("Findings"), longText);
    image.setText(QStringLiteral("Source"), foreignText);
    return encodePng(image, 1);
}

TEST(PngText, LongTextsStandInTheFileAsTheyAre)
{
    const QByteArray png = pngWithTexts();
    EXPECT_TRUE(png.contains(QByteArray("tEXtFindings\0", 13) + longText.toLatin1()));
    EXPECT_FALSE(png.contains("zTXt"));
}

TEST(PngText, TextsBeyondLatin1StandInTheFileAsUtf8)
{
    const QByteArray png = pngWithTexts();
    EXPECT_TRUE(png.contains("iTXtSource"));
    EXPECT_TRUE(png.contains(foreignText.toUtf8()));
}

TEST(PngText, AreReadAsOtherProgramsReadThem)
{
    const QImage image = QImage::fromData(pngWithTexts());
    EXPECT_EQ(image.size(), QSize(16, 16));
    EXPECT_EQ(image.text(QStringLiteral("Findings")).simplified(), longText.simplified());
    EXPECT_EQ(image.text(QStringLiteral("Source")), foreignText);
}

TEST(PngText, StandOnce)
{
    EXPECT_EQ(pngWithTexts().count("Findings"), 1);
}

TEST(PngText, ThePictureStaysTheSame)
{
    QImage image(16, 16, QImage::Format_RGB32);
    image.fill(Qt::white);
    EXPECT_EQ(QImage::fromData(pngWithTexts()).convertToFormat(QImage::Format_RGB32), image);
}

TEST(PngText, WhatIsNoPngStaysAsItIs)
{
    EXPECT_EQ(withTexts("GIF89a", {{QStringLiteral("Title"), longText}}), QByteArray("GIF89a"));
}

} // namespace
} // namespace whyrst
