#include "views/charts/mark_layout.h"

#include <QLineF>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace whyrst {

namespace {

constexpr std::array<double, 6> distances{20, 32, 48, 68, 96, 130}; ///< of the badge's centre from the anchor
constexpr int directions = 16;
constexpr double labelGap = 3;
constexpr double air = 2;         ///< kept free around badges and labels
constexpr double anchorRoom = 5;  ///< a badge over the anchor of another mark hides its packet
constexpr double inkWeight = 0.5; ///< of each pixel of data that is hidden
constexpr double hidesAnchorWeight = 60;
constexpr double withoutLabelWeight = 45;
constexpr double crossingWeight = 45; ///< of a leader with a badge, a label, an anchor or another leader
constexpr double preferredAngle = -3 * std::numbers::pi / 4; ///< up and left: beside the rising line of data
constexpr double angleWeight = 3;

double distanceOfAngles(double a, double b)
{
    return std::abs(std::remainder(a - b, 2 * std::numbers::pi));
}

bool cross(const QLineF& a, const QLineF& b)
{
    return a.intersects(b, nullptr) == QLineF::BoundedIntersection;
}

bool cross(const QLineF& line, const QRectF& box)
{
    return cross(line, QLineF(box.topLeft(), box.bottomRight()))
        || cross(line, QLineF(box.bottomLeft(), box.topRight()));
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
        const MarkPlace chosen = m_best ? m_best->place : MarkPlace{onAnchor, {}};
        m_taken.push_back(chosen.badge);
        m_leaders.emplace_back(mark.anchor, chosen.badge.center());
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
        const QLineF leader(mark.anchor, center);
        const double base = distance / 2 + angleWeight * distanceOfAngles(angle, preferredAngle) + costOf(badge)
            + crossingWeight * crossings(leader);
        consider({{badge, {}}, base + (mark.label.isEmpty() ? 0 : withoutLabelWeight)});
        if (mark.label.isEmpty())
            return;
        const double top = center.y() - mark.label.height() / 2;
        const QRectF right(QPointF(badge.right() + labelGap, top), mark.label);
        const QRectF left(QPointF(badge.left() - labelGap - mark.label.width(), top), mark.label);
        for (const QRectF& label : {left, right}) {
            if (isFree(label))
                consider({{badge, label}, base + costOf(label)});
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

    double crossings(const QLineF& leader) const
    {
        const auto crossesBox = [&](const QRectF& box) { return cross(leader, box); };
        const auto crossesAnchor = [&](const MarkRequest& mark) {
            const QPointF corner(anchorRoom, anchorRoom);
            const bool isOther = (mark.anchor - leader.p1()).manhattanLength() > 2 * anchorRoom;
            return isOther && cross(leader, QRectF(mark.anchor - corner, mark.anchor + corner));
        };
        const auto crossesLeader = [&](const QLineF& line) { return cross(leader, line); };
        return static_cast<double>(std::count_if(m_taken.begin(), m_taken.end(), crossesBox)
            + std::count_if(m_leaders.begin(), m_leaders.end(), crossesLeader)
            + std::count_if(m_marks.begin(), m_marks.end(), crossesAnchor));
    }

    double leadersUnder(const QRectF& box) const
    {
        return static_cast<double>(std::count_if(
            m_leaders.begin(), m_leaders.end(), [&](const QLineF& leader) { return cross(leader, box); }));
    }

    double costOf(const QRectF& rect) const
    {
        const QRectF near = rect.adjusted(-anchorRoom, -anchorRoom, anchorRoom, anchorRoom);
        const auto hidden = std::count_if(
            m_marks.begin(), m_marks.end(), [&](const MarkRequest& mark) { return near.contains(mark.anchor); });
        return inkWeight * m_inkOf(rect) * rect.width() * rect.height()
            + hidesAnchorWeight * static_cast<double>(hidden) + crossingWeight * leadersUnder(rect);
    }

    const std::vector<MarkRequest>& m_marks;
    QRectF m_bounds;
    const InkProbe& m_inkOf;
    std::vector<QRectF> m_taken;
    std::vector<QLineF> m_leaders;
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
