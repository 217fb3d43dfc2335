using GemmaOperator.Api.Bases;

namespace GemmaOperator.BaseImages.Channels;

/// <summary>Says which versions of a line a registry has.</summary>
internal abstract record LineTags
{
    private LineTags() { }

    /// <summary>Lists them, in no order.</summary>
    public sealed record Listed(IReadOnlyList<BaseVersion> Versions) : LineTags;

    /// <summary>Says why they couldn't be listed.</summary>
    public sealed record Unlisted(string Message) : LineTags;
}
