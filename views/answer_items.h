// The pieces that an answer is made of: texts, lists and small tables, one below the other.
#pragma once

#include "model/diagnosis/conditions.h"
#include "model/diagnosis/diagnosis.h"
#include "views/plain_label.h"

#include <span>
#include <vector>

class QVBoxLayout;

namespace whyrst {

PlainLabel* addText(QVBoxLayout* layout, const QString& text, PlainLabel::Style style);

/// A title with room above it.
void addHeading(QVBoxLayout* layout, const QString& text);

/// A numbered or marked entry of a list.
void addItem(QVBoxLayout* layout, const QString& mark, const QString& text);

/// What a rule asks for and what was measured, each with a sign whether it is met.
void addConditionItems(QVBoxLayout* layout, const std::vector<Condition>& conditions);

/// A table of names and values; nothing without facts.
void addFacts(QVBoxLayout* layout, const QString& title, std::span<const Fact> facts);

/// The fields of the RST beside those of the host's packets: in two columns, for the panel may be narrow and an
/// Ethernet address does not wrap.
void addComparisons(QVBoxLayout* layout, const std::vector<FieldComparison>& comparisons);

/// Confidence and harm as a chip: words in a frame, coloured by harm.
QWidget* makeChip(const QString& text, const QColor& color);

} // namespace whyrst
