#include "views/charts/mark_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace whyrst {

namespace {

constexpr std::array<double, 6> distances{ 20, 32, 48, 68, 96, 130 }; ///< of the badge's centre from the anchor
constexpr int directions = 16;
constexpr double labelGap = 3;
constexpr double air = 2;        ///< kept free around badges and labels
constexpr double anchorRoom = 5; ///< a badge over the anchor of another mark hides its packet
constexpr double inkWeight = 160;
constexpr double hidesAnchorWeight = 60;
constexpr double withoutLabelWeight = 70;
constexpr double preferredAngle = -3 * std::numbers::pi / 4; ///< up and left: beside the rising line of data
constexpr double angleWeight = 3;

double distanceOfAngles(double a, double b)
{
    return std::abs(std::remainder(a - b, 2 * std::numbers::pi));
}

/// Tries all places of one mark.
class Search
{
public:
    Search(const std::vector<MarkRequest>& marks, const QRectF& bounds, const InkProbe& inkOf)
        : m_marks(marks)
        , m_bounds(bounds)
        , m_inkOf(inkOf)
    {
    }

    MarkPlace place(const MarkRequest& mark)
    {
        m_best.reset();
        for (const double distance : distances) {
            for (int direction = 0; direction < directions; ++direction)
                tryPlace(mark, distance, 2 * std::numbers::pi * direction / directions);
        }
        const QRectF onAnchor(mark.anchor - QPointF(mark.badge.width(), mark.badge.height()) / 2, mark.badge);
        const MarkPlace chosen = m_best ? m_best->place : MarkPlace{ onAnchor, {} };
        m_taken.push_back(chosen.badge);
        if (!chosen.label.isEmpty())
            m_taken.push_back(chosen.label);
        return chosen;
    }

private:
    struct Candidate
    {
        MarkPlace place;
        double cost = 0;
    };

    void tryPlace(const MarkRequest& mark, double distance, double angle)
    {
        const QPointF center = mark.anchor + QPointF(std::cos(angle), std::sin(angle)) * distance;
        const QRectF badge(center - QPointF(mark.badge.width(), mark.badge.height()) / 2, mark.badge);
        if (!isFree(badge))
            return;
        const double base = distance / 2 + angleWeight * distanceOfAngles(angle, preferredAngle) + costOf(badge);
        consider({ { badge, {} }, base + (mark.label.isEmpty() ? 0 : withoutLabelWeight) });
        if (mark.label.isEmpty())
            return;
        const double top = center.y() - mark.label.height() / 2;
        const QRectF right(QPointF(badge.right() + labelGap, top), mark.label);
        const QRectF left(QPointF(badge.left() - labelGap - mark.label.width(), top), mark.label);
        for (const QRectF& label : { left, right }) {
            if (isFree(label))
                consider({ { badge, label }, base + costOf(label) });
        }
    }

    void consider(const Candidate& candidate)
    {
        if (!m_best || candidate.cost < m_best->cost)
            m_best = candidate;
    }

    bool isFree(const QRectF& rect) const
    {
        const QRectF wide = rect.adjusted(-air, -air, air, air);
        if (!m_bounds.contains(rect))
            return false;
        return std::none_of(
            m_taken.begin(), m_taken.end(), [&](const QRectF& taken) { return taken.intersects(wide); });
    }

    double costOf(const QRectF& rect) const
    {
        const QRectF near = rect.adjusted(-anchorRoom, -anchorRoom, anchorRoom, anchorRoom);
        const auto hidden = std::count_if(
            m_marks.begin(), m_marks.end(), [&](const MarkRequest& mark) { return near.contains(mark.anchor); });
        return inkWeight * m_inkOf(rect) + hidesAnchorWeight * static_cast<double>(hidden);
    }

    const std::vector<MarkRequest>& m_marks;
    QRectF m_bounds;
    const InkProbe& m_inkOf;
    std::vector<QRectF> m_taken;
    std::optional<Candidate> m_best;
};

} // namespace

std::vector<MarkPlace> placeMarks(const std::vector<MarkRequest>& marks, const QRectF& bounds, const InkProbe& inkOf)
{
    std::vector<MarkPlace> places;
    places.reserve(marks.size());
    Search search(marks, bounds, inkOf);
    for (const MarkRequest& mark : marks)
        places.push_back(search.place(mark));
    return places;
}

} // namespace whyrst
