using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Status;

/// <summary>Says why nothing goes on until the user acts.</summary>
/// <param name="Reason">One of <see cref="ImageReason.Stalled"/>.</param>
/// <param name="ReadyReason">One of <see cref="ImageReason.Ready"/>: what the stall means for the service.</param>
/// <param name="Message">What is wrong, and what ends it.</param>
internal sealed record Stall(string Reason, string ReadyReason, string Message);
