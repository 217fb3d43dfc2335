using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Tells what a status remembers of <c>spec.suspend</c>.</summary>
internal static class Suspension
{
    extension(GemmaBaseImageStatus status)
    {
        /// <summary>
        /// Gets whether the object was suspended when the status was written. One of a release that had no suspendTime
        /// tells by Fresh.
        /// </summary>
        public bool WasSuspended =>
            status.SuspendTime is not null
            || status.Conditions.Any(c => c is { Type: ConditionType.Fresh, Reason: ImageReason.Fresh.Suspended });
    }
}
