using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Answers challenges: basic credentials, or a bearer token from the realm that the registry names, kept until shortly
/// before it expires. Tokens are asked for at the registry's own host, or where it is known or configured that they
/// come from; over HTTPS, unless the registry itself is declared insecure.
/// </summary>
internal sealed class RegistryAuthenticator(HttpClient http, RegistryAccess access, TimeProvider time)
{
    /// <summary>A token service that names no lifetime means 60 seconds (distribution token specification).</summary>
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<
        (string Host, string Scope),
        (AuthenticationHeaderValue Header, DateTimeOffset Until)
    > _known = new();

    /// <summary>Returns the header that worked before; null when the registry should be asked what it wants.</summary>
    public AuthenticationHeaderValue? Known(string host, string scope) =>
        _known.TryGetValue((host, scope), out var entry) && entry.Until > time.GetUtcNow() ? entry.Header : null;

    /// <summary>Returns a header that meets the challenge; null when there is nothing to meet it with.</summary>
    /// <param name="challenge">What the registry asks for.</param>
    /// <param name="registry">A URL of the registry that asks.</param>
    /// <param name="host">The registry's host, as references name it.</param>
    /// <param name="scope">What the token is for.</param>
    /// <param name="credential">What proves who asks; null: nothing does.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<AuthenticationHeaderValue?> MeetAsync(
        AuthChallenge challenge,
        Uri registry,
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

        var (token, lifetime) = await FetchAsync(challenge, registry, host, scope, credential, cancellationToken);
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
        Uri registry,
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
            throw Redirects.Refused(
                $"{host} sends for tokens to {Quoted.Of(challenge.Realm)}, which is no https URL; let it name its "
                    + "token service so"
            );
        }

        if (realm.UserInfo.Length > 0 || !access.Egress.IsRealm(registry, realm))
        {
            var (from, to) = (HostAndPort.Of(registry), HostAndPort.Of(realm));
            throw Redirects.Refused(
                $"{host} sends for tokens to {Quoted.Of(to.ToString())}, which is another host; if tokens come from "
                    + (
                        access.Fields.IsOfCommand
                            ? $"there, say so with --token-realm={from}={to}"
                            : $"there, give the operator --token-realm={from}={to} (tokenRealms of the chart)"
                    )
            );
        }

        using var response = await RequestAsync(realm, challenge, scope, credential, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw RegistryFailure.Of(
                response,
                $"token from {realm.Host} for {scope}",
                await BoundedBody.TextAsync(response, time, cancellationToken),
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
        // Some services send both, one of them empty (docs.docker.com: token, and access_token for OAuth 2.0).
        string?[] offered = [RegistryJson.Text(json["token"]), RegistryJson.Text(json["access_token"])];
        if (Array.Find(offered, t => !string.IsNullOrEmpty(t)) is not { } token)
        {
            throw new RegistryException(RegistryError.Invalid, $"{realm.Host} answered without a token");
        }

        if (token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{realm.Host} answered with something that is no token"
            );
        }

        var seconds =
            json["expires_in"] is JsonValue life && life.TryGetValue<double>(out var s) && s > 0
                ? TimeSpan.FromSeconds(Math.Min(s, LongestLifetime.TotalSeconds))
                : DefaultLifetime;
        return (token, seconds);
    }

    /// <summary>
    /// Asks by GET, and by POST (OAuth 2.0) where a refresh token is all there is or the service takes no GET.
    /// </summary>
    private async Task<HttpResponseMessage> RequestAsync(
        Uri realm,
        AuthChallenge challenge,
        string scope,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        if (credential?.IdentityToken is null)
        {
            var response = await GetAsync(Query(realm, challenge, scope), credential, cancellationToken);
            if (
                credential is null
                || response.StatusCode
                    is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound or HttpStatusCode.NotImplemented)
            )
            {
                return response;
            }

            response.Dispose();
        }

        using var post = Post(realm, challenge, scope, credential!);
        post.For(EgressPurpose.Service);
        return await http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Asks, and follows where it is sent on to within the realm's server.</summary>
    private async Task<HttpResponseMessage> GetAsync(
        Uri realm,
        RegistryCredential? credential,
        CancellationToken cancellationToken
    )
    {
        var at = realm;
        for (var hops = 0; ; hops++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, at);
            request.For(EgressPurpose.Service);
            request.Headers.Authorization = credential is null ? null : Basic(credential);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!Redirects.Is(response.StatusCode))
            {
                return response;
            }

            using (response)
            {
                at = Redirects.Target(at, response, $"token from {realm.Host}");
            }

            if (hops == Redirects.Most || !Origin.IsSame(at, realm))
            {
                throw Redirects.Refused(
                    $"token from {realm.Host}: it is sent on to {Quoted.Of(at.Authority)}, which isn't followed"
                );
            }
        }
    }

    private static Uri Query(Uri realm, AuthChallenge challenge, string scope)
    {
        var query = scope.Split(' ').Select(s => "scope=" + Uri.EscapeDataString(s)).ToList();
        if (challenge.Service.Length > 0)
        {
            query.Insert(0, "service=" + Uri.EscapeDataString(challenge.Service));
        }

        var url = new UriBuilder(realm);
        url.Query = string.Join('&', [.. url.Query.Length > 1 ? [url.Query[1..]] : Array.Empty<string>(), .. query]);
        return url.Uri;
    }

    private static HttpRequestMessage Post(
        Uri realm,
        AuthChallenge challenge,
        string scope,
        RegistryCredential credential
    )
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["client_id"] = "gemma-operator",
            ["scope"] = scope,
        };
        if (challenge.Service.Length > 0)
        {
            form["service"] = challenge.Service;
        }

        if (credential.IdentityToken is { } refresh)
        {
            (form["grant_type"], form["refresh_token"]) = ("refresh_token", refresh);
        }
        else
        {
            (form["grant_type"], form["username"], form["password"]) = (
                "password",
                credential.Username,
                credential.Password
            );
        }

        return new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
    }

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
}
