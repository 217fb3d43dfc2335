using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Lines;

/// <summary>Holds what a GPU of NVIDIA's can do, as 9.0 of an H100: which compiled code runs on it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct ComputeCapability(int Major, int Minor)
{
    /// <summary>Returns null for what is none.</summary>
    public static ComputeCapability? Parse(string? text)
    {
        if (text is null || Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        return new ComputeCapability(Number("major"), Number("minor"));

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Tells whether a GPU of this capability runs code that was compiled for another: one of the same major and no
    /// newer (CUDA C++ Programming Guide, Binary Compatibility).
    /// </summary>
    public bool Runs(ComputeCapability code) => Major == code.Major && Minor >= code.Minor;

    /// <summary>Tells whether it is the same or a newer one: a driver compiles for it what was kept as PTX.</summary>
    public bool IsAtLeast(ComputeCapability code) => (Major, Minor).CompareTo((code.Major, code.Minor)) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    [GeneratedRegex(@"\A(?<major>[0-9]{1,3})\.(?<minor>[0-9]{1,3})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
