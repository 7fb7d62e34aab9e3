// The rules: each explains a RST by one cause, or says nothing. Pure functions of the context; none calls another.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <optional>

namespace whyrst {

/// diagnosis.md 1.24. Needs a RST whose number its receiver did not take, and a receiver that goes on. Silent when the
/// capture ends first. RFC 5961 3.2.
std::optional<Diagnosis> explainIgnoredReset(const ResetContext& reset);

/// diagnosis.md 1.23. Needs an authenticity score of 4 or more (2.4). Silent when the forged RST rejects a SYN, ends a
/// long silence or only answers for a host that is gone: other causes name these better.
std::optional<Diagnosis> explainInjectedReset(const ResetContext& reset);

/// diagnosis.md 1.13. Needs an ICMP error "unreachable" that quotes the SYN, or bytes that are stuck (RFC 792, RFC
/// 4443, RFC 5927). Silent when the error speaks of the packet's size.
std::optional<Diagnosis> explainIcmpUnreachable(const ResetContext& reset);

/// diagnosis.md 1.3. Needs a SYN-ACK that does not answer the client's SYN, or for which there was none, and the RST
/// that answers it. RFC 9293 3.5.2 group 2.
std::optional<Diagnosis> explainInvalidHandshake(const ResetContext& reset);

/// diagnosis.md 1.5. Needs SYN, SYN-ACK with the right number, and the client's RST instead of the third ACK.
std::optional<Diagnosis> explainHandshakeAbandoned(const ResetContext& reset);

/// diagnosis.md 1.2. Needs a third ACK that draws a RST of the server, or SYN-ACKs that are sent again although the
/// third ACK was seen. Silent when the server ever sent anything but SYN-ACKs.
std::optional<Diagnosis> explainAcceptQueueOverflow(const ResetContext& reset);

/// diagnosis.md 1.12. Needs a capture near the receiver: bytes that it acknowledged are sent again three times or more.
std::optional<Diagnosis> explainAckPathLoss(const ResetContext& reset);

/// diagnosis.md 1.8. Needs a capture at the receiver or between, and two damaged copies of the stuck bytes; silent when
/// one copy was good. RFC 9293 3.1, checksum.
std::optional<Diagnosis> explainCorruptedSegment(const ResetContext& reset);

/// diagnosis.md 1.9. Needs two good copies of the stuck bytes at the receiver, or copies that are older than a
/// timestamp it has echoed (RFC 7323 5.3, PAWS).
std::optional<Diagnosis> explainReceiverDiscards(const ResetContext& reset);

/// diagnosis.md 1.10. Needs three ACKs whose SACK blocks lie outside of what was sent (RFC 2018), and losses that only
/// the timer repairs.
std::optional<Diagnosis> explainSackMangled(const ResetContext& reset);

/// diagnosis.md 1.7. Needs stuck packets that are larger than all that passed, and smaller ones that pass, or an ICMP
/// error "too big" (RFC 1191, RFC 8201).
std::optional<Diagnosis> explainMtuBlackHole(const ResetContext& reset);

/// diagnosis.md 1.4. Needs a SYN that is answered with an ACK of older numbers, and the RST that answers this. RFC 9293
/// figure 9, RFC 5961 4.2.
std::optional<Diagnosis> explainPortReuse(const ResetContext& reset);

/// diagnosis.md 1.15. Needs two unanswered keep-alives or more, evenly spaced, before an abort. RFC 9293 3.8.4.
std::optional<Diagnosis> explainKeepaliveTimeout(const ResetContext& reset);

/// diagnosis.md 1.17. Needs a request that was acknowledged and not answered, and an abort by the side that asked.
std::optional<Diagnosis> explainResponseTimeout(const ResetContext& reset);

/// diagnosis.md 1.1. Needs a SYN and the RST that answers it; silent after an acceptable SYN-ACK. RFC 9293 3.10.7.1.
std::optional<Diagnosis> explainConnectionRefused(const ResetContext& reset);

/// diagnosis.md 1.14. Needs a window that was closed for at least 1 s and not opened again before t*. RFC 9293 3.8.6.1.
std::optional<Diagnosis> explainZeroWindowStarvation(const ResetContext& reset);

/// diagnosis.md 1.11. Needs data, a SYN or probes of a closed window, sent again and again while nothing shows that the
/// other side got any of it.
/// Silent when later bytes did arrive. RFC 9293 3.8.3.
std::optional<Diagnosis> explainPathOutage(const ResetContext& reset);

/// diagnosis.md 1.6. Needs a range that is sent at least four times while later bytes arrive (RFC 2018, RFC 5681).
std::optional<Diagnosis> explainSegmentBlackHole(const ResetContext& reset);

/// diagnosis.md 1.16. Needs 30 s without data, nothing unacknowledged and no FIN. Silent while a request is pending.
std::optional<Diagnosis> explainIdleTimeout(const ResetContext& reset);

/// diagnosis.md 1.19. Needs a FIN of X and a later RST of X that answers new bytes of Y. RFC 9293 3.6.1.
std::optional<Diagnosis> explainDataAfterClose(const ResetContext& reset);

/// diagnosis.md 1.18. Needs an abort of X and signs that X's program had not read what Y sent. RFC 9293 3.6.1 SHLD-3,
/// RFC 2525 2.17.
std::optional<Diagnosis> explainCloseWithUnreadData(const ResetContext& reset);

/// diagnosis.md 1.21. Needs all data acknowledged and a FIN of either side before the RST.
std::optional<Diagnosis> explainTeardown(const ResetContext& reset);

/// diagnosis.md 1.22. Needs a RST that answers a packet of an established connection which X never closed. RFC 9293
/// figure 10.
std::optional<Diagnosis> explainHalfOpen(const ResetContext& reset);

/// diagnosis.md 1.20. Needs an abort of X that nothing else explains. RFC 9293 3.10.5.
std::optional<Diagnosis> explainApplicationAbort(const ResetContext& reset);

/// diagnosis.md 1.25. Always speaks: says what is missing, and which causes stay possible.
std::optional<Diagnosis> explainUnknown(const ResetContext& reset);

} // namespace whyrst
