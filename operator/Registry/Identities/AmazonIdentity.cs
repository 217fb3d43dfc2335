using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Auth;
using Amazon.SecurityToken;
using GemmaOperator.Api.Validation;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Identities;

/// <summary>
/// Gets ECR's token for the operator's own identity, as AWS' library finds it: IAM roles for service accounts, EKS Pod
/// Identity, a node's role, or variables. A token is for all registries of a region that the identity may use
/// (GetAuthorizationToken in ECR's API reference), and lives for 12 hours.
/// </summary>
/// <param name="http">What leaves the operator.</param>
/// <param name="time">The clock.</param>
/// <param name="keys">Gets the identity's keys for a region; null: as the library finds them.</param>
internal sealed class AmazonIdentity(
    HttpClient http,
    TimeProvider time,
    Func<string, CancellationToken, Task<ImmutableCredentials>>? keys = null
) : IDisposable
{
    private const string Service = "ecr";
    private const string ContentType = "application/x-amz-json-1.1";
    private const string Target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
    private const string Doubt =
        "does the operator's ServiceAccount have a role (IAM roles for service accounts, or EKS Pod Identity)?";

    private static readonly byte[] Body = "{}"u8.ToArray();

    private readonly KeptTokens _kept = new(time);
    private readonly Func<string, CancellationToken, Task<ImmutableCredentials>> _keys = keys ?? KeysAsync;

    /// <exception cref="RegistryException">There is no identity, or it gets no token.</exception>
    public Task<RegistryCredential> CredentialAsync(
        CloudRegistry.Amazon registry,
        CancellationToken cancellationToken
    ) => _kept.GetAsync(registry.Api.Host, token => AskAsync(registry, token), cancellationToken);

    public void Dispose() => _kept.Dispose();

    private static async Task<ImmutableCredentials> KeysAsync(string region, CancellationToken cancellationToken)
    {
        var config = new AmazonSecurityTokenServiceConfig { RegionEndpoint = RegionEndpoint.GetBySystemName(region) };
        using var resolver = new DefaultAWSCredentialsIdentityResolver();
        var found = await resolver.ResolveIdentityAsync(config, cancellationToken);
        return await found.GetCredentialsAsync();
    }

    private async Task<CloudToken> AskAsync(CloudRegistry.Amazon registry, CancellationToken cancellationToken)
    {
        var what = $"ECR token from {registry.Api.Host}";
        var question = new TokenQuestion(what, Doubt, body => AmazonRefusal.Read(what, body));
        var identity = await IdentityAsync(registry.Region, question, cancellationToken);
        using var request = Signed(registry, identity, time.GetUtcNow().UtcDateTime);
        var json = await question.AskAsync(http, request, time, cancellationToken);
        var given = (json["authorizationData"] as JsonArray)?.FirstOrDefault() as JsonObject;
        return Read(RegistryJson.Text(given?["authorizationToken"])) is { } credential
            ? new CloudToken(credential, End(given!["expiresAt"]))
            : throw new RegistryException(RegistryError.Invalid, $"{question.What}: the answer holds no token");
    }

    private async Task<ImmutableCredentials> IdentityAsync(
        string region,
        TokenQuestion question,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // The library looks for keys before it gives a task: that mustn't hold up who asks.
            return await Task.Run(() => _keys(region, cancellationToken), cancellationToken)
                .WaitAsync(TokenQuestion.Patience, time, cancellationToken);
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            throw new RegistryException(
                RegistryError.Unauthorized,
                $"{question.What}: AWS refuses the operator's identity ({Quoted.Of(refusal.ErrorCode)}): check that "
                    + "its role exists and trusts this cluster and ServiceAccount",
                e
            );
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The library's errors are of many kinds, those of files and variables among them.
            throw new RegistryException(RegistryError.Unavailable, $"{question.What}: no identity; {Doubt}", e);
        }
    }

    /// <summary>Returns what AWS itself refused; the library wraps it where it assumes a role.</summary>
    private static AmazonServiceException? Refusal(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (
                e
                    is AmazonServiceException
                    {
                        StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
                    } it
                && !AmazonRefusal.Passes(it.ErrorCode)
            )
            {
                return it;
            }
        }

        return null;
    }

    /// <summary>
    /// Signs the request by AWS' Signature Version 4 (IAM user guide, "Create a signed AWS API request").
    /// </summary>
    private static HttpRequestMessage Signed(CloudRegistry.Amazon registry, ImmutableCredentials identity, DateTime now)
    {
        var date = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        SortedDictionary<string, string> headers = new(StringComparer.Ordinal)
        {
            ["content-type"] = ContentType,
            ["host"] = registry.Api.Host,
            ["x-amz-date"] = date,
            ["x-amz-target"] = Target,
        };
        if (identity.UseToken)
        {
            headers["x-amz-security-token"] = identity.Token;
        }

        var names = string.Join(';', headers.Keys);
        var canonical = new StringBuilder("POST\n/\n\n");
        foreach (var (name, value) in headers)
        {
            canonical.Append(name).Append(':').Append(value).Append('\n');
        }

        canonical.Append('\n').Append(names).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(Body)));
        var signature = AWS4Signer.ComputeSignature(
            identity,
            registry.Region,
            now,
            Service,
            names,
            canonical.ToString()
        );
        var request = new HttpRequestMessage(HttpMethod.Post, registry.Api) { Content = new ByteArrayContent(Body) };
        request.For(EgressPurpose.Service);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        foreach (var (name, value) in headers.Where(h => h.Key.StartsWith("x-amz-", StringComparison.Ordinal)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
        return request;
    }

    /// <summary>Reads base64 of USER:PASSWORD; null for anything else.</summary>
    private static RegistryCredential? Read(string? token)
    {
        var bytes = new byte[token?.Length ?? 0];
        if (!Convert.TryFromBase64String(token ?? "", bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1 ? new RegistryCredential(text[..colon], text[(colon + 1)..]) : null;
    }

    /// <summary>Reads seconds since 1970, with fractions; where there are none, it isn't kept.</summary>
    private DateTimeOffset End(JsonNode? node) =>
        node is JsonValue value
        && value.TryGetValue<double>(out var seconds)
        && seconds >= 0
        && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : time.GetUtcNow();
}
