using System.Text.RegularExpressions;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds the address of a Python package index: https, without credentials (they would end up in the image's history).
/// </summary>
internal sealed partial record IndexUrl
{
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
                "take the credentials out of it and use an index that the build pod may read without them"
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
