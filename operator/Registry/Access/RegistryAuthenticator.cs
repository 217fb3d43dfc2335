using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Answers challenges: basic credentials, or a bearer token from the realm that the registry names, kept until shortly
/// before it expires. Credentials go to a realm over HTTPS only, unless the registry itself is declared insecure.
/// </summary>
internal sealed class RegistryAuthenticator(HttpClient http, RegistryAccess access, TimeProvider time)
{
    /// <summary>A token service that names no lifetime means 60 seconds (distribution token specification).</summary>
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<
        (string Host, string Scope),
        (AuthenticationHeaderValue Header, DateTimeOffset Until)
    > _known = new();

    /// <summary>Returns the header that worked before; null when the registry should be asked what it wants.</summary>
    public AuthenticationHeaderValue? Known(string host, string scope) =>
        _known.TryGetValue((host, scope), out var entry) && entry.Until > time.GetUtcNow() ? entry.Header : null;

    /// <summary>Returns a header that meets the challenge; null when there is nothing to meet it with.</summary>
    public async Task<AuthenticationHeaderValue?> MeetAsync(
        AuthChallenge challenge,
        string host,
        string scope,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        if (credential?.RegistryToken is { } registryToken)
        {
            return new AuthenticationHeaderValue("Bearer", registryToken);
        }

        if (challenge.Scheme == "basic")
        {
            return credential is null ? null : Keep(Basic(credential), TimeSpan.MaxValue);
        }

        var (token, lifetime) = await FetchAsync(challenge, host, scope, credential, cancellationToken);
        return Keep(new AuthenticationHeaderValue("Bearer", token), lifetime);

        AuthenticationHeaderValue Keep(AuthenticationHeaderValue header, TimeSpan lifetime)
        {
            var until = lifetime == TimeSpan.MaxValue ? DateTimeOffset.MaxValue : time.GetUtcNow() + (lifetime * 0.8);
            _known[(host, scope)] = (header, until);
            return header;
        }
    }

    public void Forget(string host, string scope) => _known.TryRemove((host, scope), out _);

    private async Task<(string Token, TimeSpan Lifetime)> FetchAsync(
        AuthChallenge challenge,
        string host,
        string scope,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        if (
            !Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm)
            || !(realm.Scheme == Uri.UriSchemeHttps || (realm.Scheme == Uri.UriSchemeHttp && access.IsInsecure(host)))
        )
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{host} sends for tokens to {Quoted.Of(challenge.Realm)}, which is no https URL"
            );
        }

        using var request = TokenRequest(realm, challenge, scope, credential);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw RegistryFailure.Of(
                response,
                $"token from {realm.Host} for {scope}",
                await BoundedBody.TextAsync(response, cancellationToken),
                time.GetUtcNow()
            );
        }

        var body = await BoundedBody.ReadAsync(
            response,
            BoundedBody.TokenLimit,
            $"token from {realm.Host}",
            cancellationToken
        );
        var json = RegistryJson.Object(body, $"token from {realm.Host}");
        var token =
            (json["token"] ?? json["access_token"]) is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : null;
        if (string.IsNullOrEmpty(token))
        {
            throw new RegistryException(RegistryError.Invalid, $"{realm.Host} answered without a token");
        }

        var seconds =
            json["expires_in"] is JsonValue life && life.TryGetValue<double>(out var s) && s > 0
                ? TimeSpan.FromSeconds(s)
                : DefaultLifetime;
        return (token, seconds);
    }

    private static HttpRequestMessage TokenRequest(
        Uri realm,
        AuthChallenge challenge,
        string scope,
        RegistryCredential? credential
    )
    {
        if (credential?.IdentityToken is { } refresh)
        {
            return new HttpRequestMessage(HttpMethod.Post, realm)
            {
                Content = new FormUrlEncodedContent(
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["grant_type"] = "refresh_token",
                        ["refresh_token"] = refresh,
                        ["client_id"] = "gemma-operator",
                        ["service"] = challenge.Service,
                        ["scope"] = scope,
                    }
                ),
            };
        }

        var query = string.Join('&', scope.Split(' ').Select(s => "scope=" + Uri.EscapeDataString(s)));
        var separator = realm.Query.Length > 0 ? "&" : "?";
        var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri($"{realm.AbsoluteUri}{separator}service={Uri.EscapeDataString(challenge.Service)}&{query}")
        );
        request.Headers.Authorization = credential is null ? null : Basic(credential);
        return request;
    }

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
}
