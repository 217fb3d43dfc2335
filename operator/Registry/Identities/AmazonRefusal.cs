using System.Text;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Identities;

/// <summary>
/// Sorts what AWS refuses by who must act. Its status tells little: ECR answers 400 to who lacks a permission, to who
/// asks too often and to who signs with keys that ended (common errors in ECR's API reference).
/// </summary>
internal static class AmazonRefusal
{
    /// <summary>Names what passes by itself, in STS and ECR.</summary>
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "IDPCommunicationError",
        "ExpiredToken",
        "ExpiredTokenException",
        "InternalFailure",
        "ServerException",
        "ServiceUnavailable",
    };

    private static readonly HashSet<string> OfKeys = new(StringComparer.Ordinal)
    {
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "MissingAuthenticationTokenException",
        "RequestExpired",
    };

    /// <summary>Returns whether the same question may be answered later.</summary>
    public static bool Passes(string? code) => code is not null && Passing.Contains(code);

    /// <summary>Returns what a refusal of ECR says; null where it isn't in AWS' form.</summary>
    /// <param name="what">What was asked.</param>
    /// <param name="body">What ECR wrote.</param>
    public static RegistryException? Read(string what, string body)
    {
        var code = Code(body);
        return code switch
        {
            "AccessDeniedException" or "AccessDenied" => new RegistryException(
                RegistryError.Denied,
                $"{what}: AWS denies it: allow the role of the operator's ServiceAccount ecr:GetAuthorizationToken"
            ),
            _ when Passes(code) => new RegistryException(
                RegistryError.Unavailable,
                $"{what}: AWS puts it off ({Quoted.Of(code)}); tried again later"
            ),
            _ when code is not null && OfKeys.Contains(code) => new RegistryException(
                RegistryError.Unauthorized,
                $"{what}: AWS refuses the keys of the operator's identity ({Quoted.Of(code)}): check that they are "
                    + "valid still, and the clock of the node"
            ),
            _ => null,
        };
    }

    /// <summary>Reads the name of an error, which a namespace may stand before (AWS' JSON protocol).</summary>
    private static string? Code(string body)
    {
        try
        {
            var type = RegistryJson.Text(RegistryJson.Object(Encoding.UTF8.GetBytes(body), "")["__type"]);
            return type?[(type.LastIndexOf('#') + 1)..];
        }
        catch (RegistryException)
        {
            return null;
        }
    }
}
