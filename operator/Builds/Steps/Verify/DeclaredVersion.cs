using System.Text.RegularExpressions;
using GemmaOperator.Api.Validation;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Compares versions that a spec declares with those that an image reports, and says what would fit.</summary>
internal static partial class DeclaredVersion
{
    /// <summary>
    /// Decides whether a version is the declared one as far as both say: 12.8 is 12.8.1, and 2.10.0 is 2.10.0+cu128
    /// (PEP 440's local version), but not 2.1; and a prerelease such as 2.5.0a0 is not 2.5.0. A local version that is
    /// declared is compared, too.
    /// </summary>
    public static bool Fits(string declared, string found)
    {
        if (declared.Length == 0)
        {
            return true;
        }

        var (want, have) = (Read(declared), Read(found));
        return want.Release.Zip(have.Release).All(p => p.First == p.Second)
            && have.Release[0].Length > 0
            && string.Equals(want.Suffix, have.Suffix, StringComparison.OrdinalIgnoreCase)
            && (want.Local.Length == 0 || string.Equals(want.Local, have.Local, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Says what spec.base.pytorch may be for an image that reports a version.</summary>
    public static string PytorchRemedy(string found) =>
        found.Split('+')[0] is { Length: <= SpecBounds.Version } text && Syntax.PytorchVersion().IsMatch(text)
            ? $"Set spec.base.pytorch to \"{text}\", which the image holds"
                + (Syntax.PytorchRelease().IsMatch(text) ? "" : " (spec.base.image must name it)")
                + ", or take another base."
            : "Leave spec.base.pytorch out beside spec.base.image, or take another base.";

    /// <summary>Says what spec.base.cuda may be for an image that reports a version.</summary>
    public static string CudaRemedy(string found) =>
        string.Join('.', found.Split('.').Take(2)) is { Length: <= 16 } text && Syntax.CudaVersion().IsMatch(text)
            ? $"Set spec.base.cuda to \"{text}\", which the image holds, or take another base."
            : "Leave spec.base.cuda out beside spec.base.image, or take another base.";

    private static (string[] Release, string Suffix, string Local) Read(string version)
    {
        var parts = version.Split('+', 2);
        var release = Release().Match(parts[0]).Value;
        return (
            release.TrimEnd('.').Split('.'),
            parts[0][release.TrimEnd('.').Length..],
            parts.Length > 1 ? parts[1] : ""
        );
    }

    [GeneratedRegex(@"\A[0-9.]*", RegexOptions.NonBacktracking)]
    private static partial Regex Release();
}
