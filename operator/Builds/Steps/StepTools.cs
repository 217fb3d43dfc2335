using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Builds.Steps;

/// <summary>Holds what the steps' executors do their I/O with.</summary>
internal sealed record StepTools(
    IKubeApi Api,
    RegistryClientFactory Registries,
    SecretReader Secrets,
    BuildOptions Options,
    TimeProvider Time
)
{
    /// <summary>Gets what copies layers beside the steps.</summary>
    public BlobCopies Copies { get; } = new(Time);

    /// <summary>Gets the time (UTC); a step may take a while, and the snapshot's is from before.</summary>
    public DateTime Now => Time.GetUtcNow().UtcDateTime;
}
