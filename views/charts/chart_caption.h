// The texts around the charts of a picture: title above, cause and numbered chain below.
#pragma once

#include "views/charts/chart_image.h"

#include <QRectF>

class QPainter;

namespace whyrst {

/// Lays texts of one size out for one width, and draws them.
class ChartCaption
{
public:
    /// `bodySize`: pixels of the running text; headings are a little larger.
    ChartCaption(const ChartImageRequest& request, double width, int bodySize);

    double titleHeight() const { return m_titleHeight; }
    /// Cause, summary and chain.
    double storyHeight() const { return m_storyHeight; }

    void paintTitle(QPainter& painter, QPointF origin) const;
    void paintStory(QPainter& painter, QPointF origin) const;

private:
    struct Block
    {
        QRectF box; ///< relative to the origin of title or story
        QString text;
        int pixelSize = 0;
        bool isBold = false;
        int step = -1; ///< index of the step whose badge stands before the text
    };

    static double addBlock(std::vector<Block>& blocks, QPointF place, double width, const Block& block);
    void layOutTitle();
    void layOutStory();
    void layOutSteps(double top);
    void paint(QPainter& painter, const std::vector<Block>& blocks, QPointF origin) const;

    const ChartImageRequest& m_request;
    double m_width;
    int m_bodySize;
    std::vector<Block> m_title;
    std::vector<Block> m_story;
    double m_titleHeight = 0;
    double m_storyHeight = 0;
};

} // namespace whyrst
