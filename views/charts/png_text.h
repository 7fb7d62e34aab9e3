// Texts within a PNG, so that any search through files finds them.
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>

namespace whyrst {

/// `png` with `texts` by keyword, of which none is compressed: tEXt for Latin-1, iTXt in UTF-8 for everything else
/// (PNG specification, third edition, 11.3.3). Keywords are Latin-1 of 1 to 79 characters; empty texts are left out.
/// What is no PNG comes back unchanged.
QByteArray withTexts(const QByteArray& png, const QMap<QString, QString>& texts);

} // namespace whyrst
