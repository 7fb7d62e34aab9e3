#include "app/window.h"

#include "app/main_window.h"

#include <QApplication>
#include <QIcon>

namespace whyrst {

int runWindow(const QStringList& files)
{
    QApplication::setDesktopFileName(QStringLiteral("whyrst"));
    MainWindow window;
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/whyrst-128.png")));
    window.show();
    window.openFiles(files);
    return QApplication::exec();
}

} // namespace whyrst
