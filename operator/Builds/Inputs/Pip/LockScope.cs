namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>Says what a lock is for, of which only the Python of the base can tell whether it is that.</summary>
/// <param name="Version">Its format, such as <c>1.0</c>.</param>
/// <param name="Python">Clauses that the version of Python must meet, sorted; empty: any does.</param>
/// <param name="Environments">Markers of which one must hold, sorted; empty: none need.</param>
internal sealed record LockScope(string Version, IReadOnlyList<string> Python, IReadOnlyList<string> Environments)
{
    /// <summary>Names the format that is known.</summary>
    public const string KnownVersion = "1.0";

    /// <summary>
    /// Returns it as comments of a requirements file, which <c>lock.py</c> reads: they are part of what makes a build,
    /// since one that didn't fit is tried again when they change.
    /// </summary>
    public IEnumerable<string> Comments()
    {
        if (Version != KnownVersion)
        {
            yield return $"# lock-version: {Version}";
        }

        if (Python.Count > 0)
        {
            yield return $"# requires-python: {string.Join(',', Python)}";
        }

        foreach (var environment in Environments)
        {
            yield return $"# environment: {environment}";
        }
    }
}
