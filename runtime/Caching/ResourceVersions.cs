using System.Globalization;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Compares resource versions of one kind. They are ordered numbers in every API server in use (and by promise since
/// Kubernetes 1.35); anything else is only ever equal or not.
/// </summary>
internal static class ResourceVersions
{
    /// <summary>Returns true when <paramref name="seen "/> is not older than <paramref name="wanted"/>.</summary>
    public static bool IsAtLeast(string? seen, string? wanted) =>
        string.Equals(seen, wanted, StringComparison.Ordinal)
        || (TryParse(seen, out var a) && TryParse(wanted, out var b) && a >= b);

    /// <summary>Returns true when both are numbers and <paramref name="a"/> came before <paramref name="b"/>.</summary>
    public static bool IsOlder(string? a, string? b) => TryParse(a, out var x) && TryParse(b, out var y) && x < y;

    private static bool TryParse(string? text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
