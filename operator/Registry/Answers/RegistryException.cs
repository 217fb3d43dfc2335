using System.Net;

namespace GemmaOperator.Registry.Answers;

/// <summary>
/// Reports a request that a registry didn't fulfil; the message, one bounded line, names the method, what was asked and
/// what to do.
/// </summary>
internal sealed class RegistryException(RegistryError error, string message, Exception? inner = null)
    : Exception(RegistryWords.Line(message, RegistryWords.MostOfMessage), inner)
{
    public RegistryError Error { get; } = error;

    /// <summary>The status that it answered with; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>
    /// Nothing was heard of it until the time was over: to ask again at once would wait as long again.
    /// </summary>
    public bool IsSilence => SilentHost is not null;

    /// <summary>
    /// The registry's host, as references name it, of which nothing was heard; null when something was.
    /// </summary>
    public string? SilentHost { get; init; }

    /// <summary>The field that names the repository that was asked; null where none does.</summary>
    public string? Field { get; init; }

    /// <summary>What it sent isn't what its digest says: somebody put other bytes in its place.</summary>
    public bool IsOtherContent { get; init; }

    /// <summary>How long the registry asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same request may work later.</summary>
    public bool IsTransient => Error == RegistryError.Unavailable;
}
