#include "views/plain_label.h"

#include "model/document/document_text.h"

#include <QTextDocument>

#include <gtest/gtest.h>

namespace whyrst {

namespace {

TEST(PlainLabel, AFaintEndDoesNotMakeTheTextATag)
{
    PlainLabel label(QStringLiteral("It says <b>no</b> & goes."), PlainLabel::Style::Normal);
    label.setFaintEnd(QStringLiteral("#3 \u00b7 <i>2 s</i>"));
    QTextDocument shown;
    shown.setHtml(label.text());
    EXPECT_EQ(shown.toPlainText().replace(QChar(QChar::Nbsp), QLatin1Char(' ')), label.plainText());
}

TEST(PlainLabel, AFaintEndIsBrokenAfterDotsOnly)
{
    PlainLabel label(QStringLiteral("Sent."), PlainLabel::Style::Normal);
    label.setFaintEnd(QStringLiteral("#3\u2013#4 \u00b7 2 s"));
    EXPECT_TRUE(label.text().contains(QStringLiteral("#3\u2013\u2060#4\u00a0\u00b7 2\u00a0s")));
    EXPECT_EQ(label.plainText(), QStringLiteral("Sent. #3\u2013#4 \u00b7 2 s"));
}

} // namespace

} // namespace whyrst
