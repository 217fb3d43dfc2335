using System.Net;
using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>Credentials that are there are used, and only where they belong.</summary>
public sealed class CredentialsThatAreThereTests
{
    private const string UserPassword = "dXNlcjpwYXNz"; // user:pass

    [TestCase("""{"auths":{"r.example":{"Username":"user","Password":"pass"}}}""", TestName = "Capital_keys_are_read")]
    [TestCase("""{"Auths":{"r.example":{"AUTH":"dXNlcjpwYXNz"}}}""", TestName = "Capital_keys_at_the_top_are_read")]
    [TestCase(
        """{"auths":{"https://other.example":{},"r.example":{"auth":"dXNlcjpwYXNz"}}}""",
        TestName = "An_entry_that_a_credential_store_left_is_skipped"
    )]
    [TestCase(
        """{"auths":{"other.example":{"auth":"%%%"},"odd.example":7,"r.example":{"auth":"dXNlcjpwYXNz"}}}""",
        TestName = "An_odd_entry_of_another_host_spoils_nothing"
    )]
    [TestCase(
        """{"auths":{"other.example":{"email":"x@y"},"none.example":null,"r.example":{"auth":"dXNlcjpwYXNz"}}}""",
        TestName = "An_entry_without_credentials_is_skipped"
    )]
    [TestCase(
        """{"auths":{"r.example":{"auth":"","username":"user","password":"pass"}}}""",
        TestName = "An_empty_auth_leaves_the_username_and_password"
    )]
    [TestCase(
        """{"auths":{"r.example":{"auth":"bm9ib2R5Ong="},"r.example":{"auth":"dXNlcjpwYXNz"}}}""",
        TestName = "Of_two_equal_keys_the_last_counts"
    )]
    [TestCase(
        """{"auths":{"r.example:443":{"auth":"dXNlcjpwYXNz"}}}""",
        TestName = "The_port_of_HTTPS_goes_without_saying"
    )]
    [TestCase("""{"auths":{"http://r.example:80":{"auth":"dXNlcjpwYXNz"}}}""", TestName = "The_port_of_HTTP_does_too")]
    [TestCase("""{"auths":{"https://R.example/v2/":{"auth":"dXNlcjpwYXNz"}}}""", TestName = "A_URL_names_its_host")]
    [TestCase("""{"auths":{"*.example":{"auth":"dXNlcjpwYXNz"}}}""", TestName = "A_wildcard_names_many_hosts")]
    [TestCase("""{"auths":{"r.example/team":{"auth":"dXNlcjpwYXNz"}}}""", TestName = "A_path_names_what_is_below")]
    [TestCase(
        """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}},"credsStore":"desktop","credHelpers":{"x.example":"y"}}""",
        TestName = "Helpers_for_others_spoil_nothing"
    )]
    public void A_docker_config_is_read_as_Go_reads_it(string json) =>
        Assert.That(Read(json).For("r.example", "team/base"), Is.EqualTo(new RegistryCredential("user", "pass")));

    [TestCase("docker.io", "https://index.docker.io/v1/")]
    [TestCase("docker.io", "index.docker.io")]
    [TestCase("docker.io", "https://registry-1.docker.io")]
    [TestCase("team.azurecr.io", "*.azurecr.io")]
    [TestCase("eu-docker.pkg.dev", "??-docker.pkg.dev")]
    [TestCase("r.example:5000", "*.example:5000")]
    public void A_key_is_for(string host, string key) =>
        Assert.That(Read(Auths(key)).For(host, "team/base"), Is.Not.Null);

    [TestCase("r.example", "team/base", "s.example")]
    [TestCase("r.example", "team/base", "r.example:5000")]
    [TestCase("r.example:5000", "team/base", "r.example")]
    [TestCase("a.b.azurecr.io", "team/base", "*.azurecr.io")]
    [TestCase("azurecr.io", "team/base", "*.azurecr.io")]
    [TestCase("r.example.evil.example", "team/base", "r.example")]
    [TestCase("r.example", "teams/base", "r.example/team")]
    [TestCase("r.example", "other", "r.example/team/base")]
    public void A_credential_never_goes_to_another(string host, string path, string key) =>
        Assert.That(Read(Auths(key)).For(host, path), Is.Null);

    [TestCase("team/base/x", "path")]
    [TestCase("team/other", "team")]
    [TestCase("elsewhere/x", "host")]
    public void The_longest_match_wins_and_a_named_host_before_a_wildcard(string path, string user)
    {
        var config = Read(
            """
            {"auths":{
              "*.example/elsewhere":{"username":"wild","password":"p"},
              "r.example":{"username":"host","password":"p"},
              "r.example/team":{"username":"team","password":"p"},
              "https://r.example/team/base":{"username":"path","password":"p"}}}
            """
        );
        Assert.That(config.For("r.example", path)?.Username, Is.EqualTo(user));
    }

    [Test]
    public void An_identity_token_stands_beside_a_user_without_a_password()
    {
        var config = Read("""{"auths":{"t.azurecr.io":{"auth":"MDAwMDo=","identitytoken":"refresh"}}}""");
        Assert.That(config.For("t.azurecr.io"), Is.EqualTo(new RegistryCredential("0000", "", "refresh")));
    }

    [TestCase("""{"auths":{"r.example":{}},"credsStore":"desktop"}""", "docker-credential-desktop")]
    [TestCase("""{"credHelpers":{"r.example":"gcloud"}}""", "docker-credential-gcloud")]
    public void A_helper_that_would_be_needed_is_named(string json, string program)
    {
        Assert.That(DockerConfig.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error), Is.False);
        Assert.That(error, Does.Contain(program).And.Contain("kubectl create secret docker-registry"));
    }

    [Test]
    public void A_registry_that_wants_credentials_which_only_a_helper_has_is_told_so()
    {
        var handler = new ScriptedHandler((_, _) => Unauthorized());
        using var http = new HttpClient(handler);
        var config = Read(
            """{"auths":{"o.example":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"r.example":"ecr-login"}}"""
        );
        Assert.That(
            () => Client(http, config).ResolveAsync(Reference, CancellationToken.None),
            Throws.Exception.With.Message.Contains("docker-credential-ecr-login")
        );
    }

    [Test]
    public async Task Of_two_teams_in_one_registry_each_repository_gets_its_own_credential()
    {
        var handler = new ScriptedHandler(
            (request, _) => request.Headers.Authorization is null ? Unauthorized() : RegistryAnswer.Of("{}")
        );
        using var http = new HttpClient(handler);
        var config = Read(
            """
            {"auths":{"r.example/team":{"username":"team","password":"p"},
                      "r.example/other":{"username":"other","password":"p"}}}
            """
        );
        await Client(http, config).GetManifestAsync(Reference, CancellationToken.None);
        Assert.That(
            handler.Requests[^1],
            Does.EndWith("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("team:p")))
        );
    }

    [Test]
    public void Nothing_of_a_registry_goes_to_its_mirror()
    {
        Assert.That(RegistryMirrors.TryParse(["r.example=mirror.example"], out var mirrors, out _));
        var handler = new ScriptedHandler((_, _) => Unauthorized());
        using var http = new HttpClient(handler);
        var client = new RegistryClient(
            http,
            new RegistryAccess { Mirrors = mirrors!, Credentials = Read(Auths("r.example")) },
            TimeProvider.System
        );
        Assert.That(() => client.ResolveAsync(Reference, CancellationToken.None), Throws.Exception);
        Assert.That(handler.Requests, Has.All.Contains("mirror.example").And.None.Contains("Basic"));
    }

    [TestCase("europe-west1-docker.pkg.dev/p/mirror/pytorch", true)]
    [TestCase("docker.io/pytorch/pytorch", false)]
    [TestCase("us-docker.pkg.dev/p/mirror/pytorch", false)]
    public void A_base_in_the_registry_of_the_output_has_its_workload_identity(string repository, bool isOurs) =>
        Assert.That(
            BaseIdentity.Of(
                Image(new CredentialsSpec { Type = CredentialsType.WorkloadIdentity }),
                ImageRepository.Parse(repository)
            ) is BaseIdentity.Workload,
            Is.EqualTo(isOurs)
        );

    [Test]
    public void A_base_with_a_Secret_of_its_own_is_asked_for_with_that_alone()
    {
        var push = new CredentialsSpec
        {
            Type = CredentialsType.Secret,
            SecretRef = new LocalReference { Name = "push" },
        };
        var repository = ImageRepository.Parse("europe-west1-docker.pkg.dev/p/mirror/pytorch");
        Assert.That(BaseIdentity.Of(Image(push), repository), Is.EqualTo(new BaseIdentity.Secret("push")));
        var image = Image(push);
        image = image with
        {
            Spec = image.Spec! with { Base = new BaseSpec { PullSecretRef = new LocalReference { Name = "pull" } } },
        };
        Assert.That(BaseIdentity.Of(image, repository), Is.EqualTo(new BaseIdentity.Secret("pull")));
    }

    /// <summary>10: what the metadata server gives is what the registry is asked with.</summary>
    [Test]
    public async Task The_base_is_resolved_with_the_identity_that_pushes()
    {
        var handler = new ScriptedHandler(
            (request, _) =>
                request switch
                {
                    { RequestUri.Host: "metadata.example" } => RegistryAnswer.Of(
                        """{"access_token":"ya29","expires_in":3600}""",
                        "application/json"
                    ),
                    { Headers.Authorization: null } => Unauthorized(),
                    _ => RegistryAnswer.Of("{}"),
                }
        );
        using var http = new HttpClient(handler);
        using var identities = new CloudIdentities(
            new GoogleIdentity(http, new Uri("http://metadata.example"), TimeProvider.System),
            new AmazonIdentity(http, TimeProvider.System),
            new AzureIdentity(http, TimeProvider.System)
        );
        var factory = new RegistryClientFactory(
            http,
            RegistryAccess.Anonymous,
            new SecretReader(null!, null!),
            identities,
            TimeProvider.System
        );
        var repository = ImageRepository.Parse("europe-west1-docker.pkg.dev/p/mirror/pytorch");
        var client = await factory.ForBaseAsync(
            Image(new CredentialsSpec { Type = CredentialsType.WorkloadIdentity }),
            repository,
            CancellationToken.None
        );
        await client.GetManifestAsync(ImageReference.Parse($"{repository}:1"), CancellationToken.None);
        Assert.That(handler.Requests[^1], Does.EndWith("Basic " + Convert.ToBase64String("oauth2accesstoken:ya29"u8)));
    }

    [Test]
    public void A_docker_config_of_thousands_of_entries_is_read()
    {
        var entries = string.Join(
            ',',
            Enumerable
                .Range(0, 5_000)
                .Select(i =>
                    $$"""
                        "r.example/t{{i}}":{"auth":"dXNlcjpwYXNz"}
                        """
                )
        );
        var config = Read("{\"auths\":{" + entries + "}}");
        Assert.That(config.For("r.example", "t4999/base"), Is.Not.Null);
    }

    private static readonly ImageReference Reference = ImageReference.Parse("r.example/team/base:1");

    private static GemmaBaseImage Image(CredentialsSpec credentials) =>
        A.BaseImage(s =>
            s with
            {
                Output = s.Output with
                {
                    Repository = "europe-west1-docker.pkg.dev/p/team/base",
                    Credentials = credentials,
                },
            }
        );

    private static RegistryClient Client(HttpClient http, DockerConfig config) =>
        new(http, RegistryAccess.Anonymous with { Credentials = config }, TimeProvider.System);

    private static string Auths(string key) => "{\"auths\":{\"" + key + "\":{\"auth\":\"" + UserPassword + "\"}}}";

    private static DockerConfig Read(string json) =>
        DockerConfig.TryParse(Encoding.UTF8.GetBytes(json), out var config, out var error)
            ? config
            : throw new AssertionException(error);

    private static HttpResponseMessage Unauthorized() =>
        RegistryAnswer.Of(
            "",
            "application/json",
            HttpStatusCode.Unauthorized,
            ("WWW-Authenticate", "Basic realm=\"r\"")
        );
}
