#include "views/charts/mark_layout.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

const QRectF bounds(0, 0, 800, 400);

MarkRequest markAt(double x, double y)
{
    return {{x, y}, {18, 18}, {70, 14}};
}

double noInk(const QRectF&)
{
    return 0;
}

std::vector<QRectF> boxesOf(const std::vector<MarkPlace>& places)
{
    std::vector<QRectF> boxes;
    for (const MarkPlace& place : places) {
        boxes.push_back(place.badge);
        if (!place.label.isEmpty())
            boxes.push_back(place.label);
    }
    return boxes;
}

} // namespace

TEST(MarkLayout, MarksOfOnePlaceDoNotHideEachOther)
{
    const std::vector<MarkRequest> marks(8, markAt(400, 200));
    const std::vector<QRectF> boxes = boxesOf(placeMarks(marks, bounds, noInk));
    for (size_t i = 0; i < boxes.size(); ++i) {
        for (size_t j = i + 1; j < boxes.size(); ++j)
            EXPECT_FALSE(boxes[i].intersects(boxes[j])) << i << " and " << j;
    }
}

TEST(MarkLayout, EverythingStaysInBounds)
{
    const std::vector<MarkRequest> marks{markAt(0, 0), markAt(800, 0), markAt(0, 400), markAt(800, 400)};
    for (const QRectF& box : boxesOf(placeMarks(marks, bounds, noInk)))
        EXPECT_TRUE(bounds.contains(box));
}

TEST(MarkLayout, BadgeLeavesItsPacketFree)
{
    const std::vector<MarkPlace> places = placeMarks({markAt(400, 200)}, bounds, noInk);
    EXPECT_FALSE(places[0].badge.contains(QPointF(400, 200)));
    EXPECT_FALSE(places[0].label.contains(QPointF(400, 200)));
}

TEST(MarkLayout, BadgeGoesWhereThereIsNoInk)
{
    const auto inkAbove = [](const QRectF& box) { return box.top() < 200 ? 1.0 : 0.0; };
    const std::vector<MarkPlace> places = placeMarks({markAt(400, 200)}, bounds, inkAbove);
    EXPECT_GE(places[0].badge.top(), 200);
}

TEST(MarkLayout, LabelIsLeftOutWhereThereIsNoRoom)
{
    const std::vector<MarkPlace> places = placeMarks({markAt(30, 30)}, QRectF(0, 0, 60, 60), noInk);
    EXPECT_TRUE(places[0].label.isEmpty());
}

TEST(MarkLayout, SameInputGivesSamePlaces)
{
    const std::vector<MarkRequest> marks{markAt(100, 100), markAt(105, 102), markAt(300, 50)};
    EXPECT_EQ(boxesOf(placeMarks(marks, bounds, noInk)), boxesOf(placeMarks(marks, bounds, noInk)));
}

} // namespace whyrst::test
