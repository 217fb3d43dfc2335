using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>Asks a registry that answers as a test says, as a build of one template would.</summary>
internal static class Scripted
{
    public static readonly BuildTemplate Template = new()
    {
        Output = new OutputSpec { Repository = "r.example/team/base" },
        Build = new BuildSpec { Cache = new CacheSpec { Repository = "r.example/team/cache" } },
        Application = new ApplicationTemplate
        {
            Repository = "r.example/team/base-service",
            ServerImage = "r.example/team/server:1",
        },
    };

    public static RegistryAccess Access(DockerConfig? credentials = null) =>
        new()
        {
            Credentials = credentials ?? DockerConfig.Empty,
            Fields = RepositoryFields.Of(Template),
            Egress = Egresses.TokensFromAuth(),
        };

    public static DockerConfig Credentials(string host = "r.example") =>
        DockerConfig.Of(host, new RegistryCredential("user", "pass"));

    public static RegistryClient Client(HttpMessageHandler handler, RegistryAccess? access = null) =>
        new(new HttpClient(handler), access ?? Access(), TimeProvider.System);

    /// <summary>Returns what is said of a request that must fail; it isn't repeated.</summary>
    public static async Task<RegistryException> FailureAsync(
        HttpMessageHandler handler,
        string repository,
        RegistryAccess? access = null,
        HttpMethod? method = null
    )
    {
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var transport = new RegistryTransport(http, access ?? Access(), TimeProvider.System);
        var parsed = ImageRepository.Parse(repository);
        var location = transport.Locate(parsed);
        var call = new RegistryCall(method ?? HttpMethod.Get, parsed, location, transport.Url(location, "manifests/1"))
        {
            MayRepeat = false,
        };
        return (await Assert.ThrowsAsync<RegistryException>(() => transport.SendAsync(call, CancellationToken.None)))!;
    }
}
