using GemmaOperator.Api.Words;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Says what keeps a build or a rollout that is due from beginning, found before anything was started for it.
/// </summary>
/// <param name="Message">Names the field, what is wrong, and what would be right.</param>
internal abstract record Hindrance(string Message)
{
    /// <summary>
    /// Says that an object which the spec names isn't there. Others may still be about to make it: the user is asked
    /// only after <see cref="Patience"/>.
    /// </summary>
    public sealed record Missing(NamedObject Object, string Message) : Hindrance(Message)
    {
        /// <summary>How long an object may take to come by itself, such as a Secret of External Secrets.</summary>
        public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    }

    /// <summary>
    /// Says that the user must act: <paramref name="Reason"/> is one of <see cref="ImageReason.Stalled"/>.
    /// </summary>
    public sealed record Refusal(string Reason, string Message) : Hindrance(Message);

    /// <summary>
    /// Says that the last build failed of something that is still the same: another one is waited for.
    /// </summary>
    public sealed record Unchanged(string Message) : Hindrance(Message);

    /// <summary>Says that a registry which is needed can't answer now: it is waited for.</summary>
    public sealed record Outage(string Message) : Hindrance(Message);
}
