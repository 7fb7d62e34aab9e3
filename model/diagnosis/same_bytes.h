// Whether several connections got stuck at the same bytes (diagnosis.md 4.6).
#pragma once

#include "model/diagnosis/reset_context.h"

namespace whyrst {

/// Adds what the stuck bytes of other connections to the same service have in common with those of this one (content,
/// size, place), and what follows: a filter or a box that dislikes these bytes, or chance. Only for causes by which
/// single bytes get stuck; looks at some 500 connections that began shortly before or after this one.
///
/// The content is known of bytes that were sent again (RareFacts::resentData), as far as it was captured.
void addSameBytes(Diagnosis& diagnosis, const ResetContext& reset);

} // namespace whyrst
