using System.Globalization;

namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Renders how much is copied.</summary>
internal static class CopiedBytes
{
    private const double Mega = 1_000_000;

    /// <summary>Renders bytes as <c>1,234.5 MB</c>; less than a tenth of one in bytes.</summary>
    public static string Render(long bytes) =>
        bytes < Mega / 10
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:N1} MB");
}
