using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Check;

/// <summary>Holds what a registry answers to those who pull, push and mount.</summary>
internal sealed record RegistryFacts(ImageRepository Repository)
{
    /// <summary>Gets what is wrong with the credentials; null: nothing, or none were given.</summary>
    public string? CredentialsProblem { get; init; }

    /// <summary>Gets whether credentials were sent.</summary>
    public bool HasCredentials { get; init; }

    /// <summary>Gets the answers; null when they weren't asked for.</summary>
    public Try? Pull { get; init; }

    public Try? Push { get; init; }

    /// <summary>Gets the repository of application images, into which base layers are to be mounted.</summary>
    public ImageRepository? Target { get; init; }

    public Try? Mount { get; init; }

    /// <summary>Holds how one request ended.</summary>
    /// <param name="Error">Who must act; null when it was granted.</param>
    /// <param name="Message">What the registry said; empty when it was granted.</param>
    /// <param name="IsCancelled">Whether the upload that was opened has been cancelled.</param>
    internal sealed record Try(RegistryError? Error, string Message = "", bool IsCancelled = false);
}
