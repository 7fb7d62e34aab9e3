// Where the trouble sits: client host, both ways of the path, a box on it, server host, at one glance.
#pragma once

#include "model/document/open_comparison.h"

#include <QAbstractButton>
#include <QWidget>

#include <array>
#include <memory>
#include <optional>

namespace whyrst {

/// How much a place matters.
enum class PlaceLevel : uint8_t
{
    Quiet,
    Context, ///< something is known of it
    Headline ///< this is why
};

/// A place as a button: a host is a box, a way of the path an arrow.
class PlaceButton : public QAbstractButton
{
    Q_OBJECT

public:
    PlaceButton(ComparePlace place, QWidget* parent);

    void setContent(PlaceLevel level, const QString& title, const QString& counts);
    PlaceLevel level() const { return m_level; }
    QString title() const { return m_title; }
    QString counts() const { return m_counts; }
    ComparePlace place() const { return m_place; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QPolygonF outline() const;

    ComparePlace m_place;
    PlaceLevel m_level = PlaceLevel::Quiet;
    QString m_title;
    QString m_counts;
};

/// A click on a place shows only its packets; another click shows all again.
class WhereBar : public QWidget
{
    Q_OBJECT

public:
    explicit WhereBar(QWidget* parent = nullptr);

    void setDetails(const std::shared_ptr<const PairDetails>& details);
    PlaceButton* button(ComparePlace place) const { return m_buttons[static_cast<size_t>(place)]; }
    /// Takes the choice back without a signal.
    void clearChoice();

signals:
    void placeChosen(std::optional<whyrst::ComparePlace> place);

private:
    void choose(PlaceButton* chosen);

    std::array<PlaceButton*, 5> m_buttons{}; ///< by ComparePlace; there is none for "not known"
};

} // namespace whyrst
