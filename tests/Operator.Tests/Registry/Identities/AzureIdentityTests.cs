using System.Net;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Identity;
using GemmaOperator.Api.Validation;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Identities;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Registry.Identities;

/// <summary>Tests how an identity of Entra ID becomes a registry's token.</summary>
internal sealed class AzureIdentityTests
{
    private FakeTimeProvider _time = null!;

    [SetUp]
    public void Begin() => _time = new(new DateTimeOffset(2026, 11, 30, 3, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task The_identity_s_token_is_exchanged_at_the_registry_itself()
    {
        string? asked = null;
        var handler = new ScriptedHandler(
            (request, _) =>
            {
                asked = request.Content!.ReadAsStringAsync().GetAwaiter().GetResult();
                return Refresh(Jwt(_time.GetUtcNow().AddHours(3)));
            }
        );
        using var http = new HttpClient(handler);
        var entra = new Entra(() => new AccessToken("eyJ.entra+token", _time.GetUtcNow().AddHours(1)));
        using var identity = new AzureIdentity(http, _time, entra);
        var credential = await identity.CredentialAsync(Registry(), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(handler.Requests, Is.EqualTo(new[] { "POST https://team.azurecr.io/oauth2/exchange" }));
            Assert.That(
                asked,
                Is.EqualTo("grant_type=access_token&service=team.azurecr.io&access_token=eyJ.entra%2Btoken")
            );
            Assert.That(entra.Scopes, Is.EqualTo(new[] { "https://containerregistry.azure.net/.default" }));
            Assert.That(credential.Username, Is.EqualTo("00000000-0000-0000-0000-000000000000"));
            Assert.That(credential.Password, Is.EqualTo(Jwt(_time.GetUtcNow().AddHours(3))));
        }
    }

    [TestCase(true, 170, 1)]
    [TestCase(true, 176, 2)]
    [TestCase(false, 24, 1)]
    [TestCase(false, 26, 2)]
    public async Task A_token_is_kept_for_as_long_as_it_says(bool says, int minutes, int questions)
    {
        var handler = new ScriptedHandler((_, _) => Refresh(says ? Jwt(_time.GetUtcNow().AddHours(3)) : "opaque"));
        using var http = new HttpClient(handler);
        using var identity = new AzureIdentity(http, _time, Given());
        await identity.CredentialAsync(Registry(), CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(minutes));
        await identity.CredentialAsync(Registry(), CancellationToken.None);
        Assert.That(handler.Requests, Has.Count.EqualTo(questions));
    }

    [Test]
    public async Task Each_registry_has_its_own()
    {
        var handler = new ScriptedHandler((_, _) => Refresh(Jwt(_time.GetUtcNow().AddHours(3))));
        using var http = new HttpClient(handler);
        using var identity = new AzureIdentity(http, _time, Given());
        await identity.CredentialAsync(Registry("one"), CancellationToken.None);
        await identity.CredentialAsync(Registry("two"), CancellationToken.None);
        Assert.That(handler.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Who_gives_the_operator_no_identity_is_told_apart_from_who_refuses_it()
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        using var none = new AzureIdentity(
            http,
            _time,
            new Entra(() => throw new CredentialUnavailableException("no environment"))
        );
        using var refused = new AzureIdentity(
            http,
            _time,
            new Entra(() => throw new AuthenticationFailedException("AADSTS700213: No matching federated identity"))
        );
        var (first, second) = (await FailureAsync(none), await FailureAsync(refused));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Error, Is.EqualTo(RegistryError.Unavailable));
            Assert.That(first.Message, Does.Contain("azure.workload.identity/client-id"));
            Assert.That(second.Error, Is.EqualTo(RegistryError.Unauthorized));
            Assert.That(second.Message, Does.Contain("federated credential"));
            Assert.That(second.Message, Does.Not.Contain("AADSTS"), "words of others are in no condition");
        }
    }

    /// <summary>An outage of Entra ID ends no build.</summary>
    [Test]
    public async Task Who_can_t_reach_entra_id_isn_t_refused_by_it()
    {
        Exception[] outages =
        [
            new HttpRequestException("no route"),
            new RequestFailedException(503, "busy"),
            new AggregateException(new RequestFailedException(0, "retry failed"), new IOException("reset")),
        ];
        foreach (var outage in outages)
        {
            using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
            using var identity = new AzureIdentity(
                http,
                _time,
                new Entra(() => throw new AuthenticationFailedException("failed", outage))
            );
            var e = await FailureAsync(identity);
            Assert.That(e.Error, Is.EqualTo(RegistryError.Unavailable), outage.GetType().Name);
        }
    }

    /// <summary>The library throws what it likes where variables are odd.</summary>
    [Test]
    public async Task Whatever_the_library_throws_says_what_to_look_at()
    {
        using var http = new HttpClient(new ScriptedHandler((_, _) => throw new AssertionException("asked")));
        using var identity = new AzureIdentity(http, _time, new Entra(() => throw new ArgumentException("tenant")));
        Assert.That((await FailureAsync(identity)).Message, Does.Contain("azure.workload.identity/client-id"));
    }

    [Test]
    public async Task A_registry_that_refuses_the_identity_says_so()
    {
        using var http = new HttpClient(
            new ScriptedHandler((_, _) => RegistryAnswer.Of("{}", code: HttpStatusCode.Unauthorized))
        );
        using var identity = new AzureIdentity(http, _time, Given());
        var e = await FailureAsync(identity);
        Assert.That(e.Error, Is.EqualTo(RegistryError.Unauthorized));
    }

    private static async Task<RegistryException> FailureAsync(AzureIdentity identity) =>
        (
            await Assert.ThrowsAsync<RegistryException>(() =>
                identity.CredentialAsync(Registry(), CancellationToken.None)
            )
        )!;

    private static CloudRegistry.Azure Registry(string name = "team") =>
        (CloudRegistry.Azure)CloudRegistry.Of($"{name}.azurecr.io")!;

    private Entra Given() => new(() => new AccessToken("token", _time.GetUtcNow().AddHours(1)));

    private static HttpResponseMessage Refresh(string token) =>
        RegistryAnswer.Of($$"""{"refresh_token":"{{token}}"}""", "application/json");

    private static string Jwt(DateTimeOffset end)
    {
        var claims = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"exp":{{end.ToUnixTimeSeconds()}}}"""));
        return $"e30.{claims.TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c2ln";
    }

    private sealed class Entra(Func<AccessToken> give) : TokenCredential
    {
        public string[] Scopes { get; private set; } = [];

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext,
            CancellationToken cancellationToken
        )
        {
            Scopes = requestContext.Scopes;
            return new(give());
        }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new AssertionException("it would block");
    }
}
