using GemmaOperator.Hub;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Weights;

/// <summary>Holds what a hub or a registry answered about a source of weights, for all who asked.</summary>
internal abstract record SourceAnswer
{
    private SourceAnswer() { }

    public sealed record OfHub(HubRevision Revision) : SourceAnswer;

    /// <param name="Digest">What the reference stands for, an index included.</param>
    /// <param name="SizeBytes">Compressed size of its layers.</param>
    public sealed record OfImage(ImageDigest Digest, long SizeBytes) : SourceAnswer;

    public sealed record HubFailed(HubError Error, string Message) : SourceAnswer;

    public sealed record RegistryFailed(RegistryError Error, string Message) : SourceAnswer;

    /// <summary>Says that the Secret went, or broke, since it was checked.</summary>
    public sealed record TokenMissing(string Problem) : SourceAnswer;
}
