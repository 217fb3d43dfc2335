using GemmaOperator.Api.Bases;

namespace GemmaOperator.BaseImages.Channels;

/// <summary>Says what a registry's tags come to for one base.</summary>
internal abstract record ChannelAnswer
{
    private ChannelAnswer() { }

    /// <summary>Says that they were read.</summary>
    /// <param name="Newest">The newest version of the variant and major; null when there is none.</param>
    /// <param name="Candidate">The version to take; null when there is none.</param>
    /// <param name="Skipped">The newest version that may not be taken, and why; null when there is none.</param>
    public sealed record Read(BaseVersion? Newest, BaseVersion? Candidate, string? Skipped) : ChannelAnswer;

    /// <summary>Says that they couldn't be read, so that nothing changes.</summary>
    public sealed record Unread(string Message) : ChannelAnswer;
}
