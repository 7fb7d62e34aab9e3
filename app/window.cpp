#include "app/window.h"

#include "app/main_window.h"

#include <QApplication>
#include <QIcon>

namespace whyrst {

int runWindow(const LoadRequest& request)
{
    QApplication::setDesktopFileName(QStringLiteral("whyrst"));
    MainWindow window;
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/whyrst-128.png")));
    window.show();
    window.openAsking(request);
    return QApplication::exec();
}

} // namespace whyrst
