using System.Text.RegularExpressions;

namespace LocalCluster.Errors;

/// <summary>Tells names that DNS takes as a subdomain (RFC 1123), and says what is wrong with others.</summary>
internal static partial class Subdomain
{
    public const string Rule =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
        + "must start and end with an alphanumeric character "
        + "(e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    public static bool Match(string name) => name.Length <= 253 && Name().IsMatch(name);

    [GeneratedRegex(
        @"\A[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Name();
}
