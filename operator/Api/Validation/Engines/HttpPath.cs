using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Validation.Engines;

/// <summary>Says what the path of a request may look like.</summary>
internal static partial class HttpPath
{
    public const int Longest = 255;

    /// <summary>Matches an absolute path, with a query if need be: characters that RFC 3986 allows there.</summary>
    [GeneratedRegex(@"\A/[A-Za-z0-9._~/:@!&=?,;+%-]*\z", RegexOptions.NonBacktracking)]
    public static partial Regex Syntax();
}
