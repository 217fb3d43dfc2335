using System.Globalization;

namespace GemmaOperator.Text;

/// <summary>Renders numbers of bytes as people say them.</summary>
internal static class Sizes
{
    /// <summary>Returns a size in decimal units: <c>8.1 GB</c>, <c>12.0 MB</c>, <c>0.3 kB</c>.</summary>
    public static string Of(long bytes) =>
        bytes switch
        {
            >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
            >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        };
}
