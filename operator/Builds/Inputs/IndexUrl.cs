using System.Text.RegularExpressions;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds the address of a Python package index: https, without credentials (they would end up in the image's history).
/// </summary>
internal sealed partial record IndexUrl
{
    /// <summary>Names the field of the index that takes the place of PyPI.</summary>
    public const string Field = "spec.requirements.indexURL";

    /// <summary>Names the field of the indexes beside it.</summary>
    public const string ExtraField = "spec.requirements.extraIndexURLs";

    /// <summary>Names the field that binds each package to what it holds, whatever an index gives.</summary>
    public const string HashesField = "spec.requirements.requireHashes";

    public const int MaxLength = SpecBounds.IndexUrl;

    private IndexUrl(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;

    public static Parsed<IndexUrl> Parse(string text, string field)
    {
        if (text.Contains('@') && text.Contains("://", StringComparison.Ordinal))
        {
            return Parsed<IndexUrl>.Wrong(
                field,
                "it holds credentials, which would end up in the image",
                "take the credentials out of it, into a Secret that spec.requirements.indexCredentialsRef names"
            );
        }

        return text.Length <= MaxLength && Pattern().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _)
            ? Parsed<IndexUrl>.Of(new IndexUrl(text))
            : Parsed<IndexUrl>.Wrong(
                field,
                $"{Quoted.Of(text)} isn't an https address",
                "use an https:// URL such as https://pypi.org/simple"
            );
    }

    [GeneratedRegex(
        @"\Ahttps://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/%+-]*)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Pattern();
}
