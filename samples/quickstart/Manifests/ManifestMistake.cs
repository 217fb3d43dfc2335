namespace Quickstart.Manifests;

/// <summary>Says what is wrong with a manifest, or why the API server refuses it, in one line for people.</summary>
/// <param name="message">The file, the place in it, what was wrong.</param>
/// <param name="isUsage">The option names no file that can be read.</param>
internal sealed class ManifestMistake(string message, bool isUsage = false) : Exception(message)
{
    /// <summary>Gets whether there is nothing to read: a mistake of the command line.</summary>
    public bool IsUsage { get; } = isUsage;
}
