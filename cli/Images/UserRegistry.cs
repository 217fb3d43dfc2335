using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Contents;
using GemmaOperator.Egress;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Push;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Referrers;
using KubectlGemma.Output;

namespace KubectlGemma.Images;

/// <summary>Reads one registry in the name of the user, with the credentials of <c>docker login</c>.</summary>
internal sealed class UserRegistry : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _host;

    private UserRegistry(HttpClient http, RegistryClient client, string host) =>
        (_http, Client, _host) = (http, client, host);

    public RegistryClient Client { get; }

    /// <param name="host">The registry.</param>
    /// <param name="how">What the command line says of registries.</param>
    /// <param name="isPlain">Whether an object says that it speaks plain HTTP: no credential goes there then.</param>
    /// <param name="time">The time.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CliException">The credentials can't be read.</exception>
    public static async Task<UserRegistry> OpenAsync(
        string host,
        RegistryChoice how,
        bool isPlain,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            string[] insecure = how.IsInsecure ? [host] : [];
            // Whoever runs it may ask whom it likes.
            var egress = EgressSettings.For(
                [],
                how.Realms,
                insecure,
                RegistryMirrors.None,
                EgressSettings.Registry(host, isPlain ? [host] : insecure)
            );
            var access = RegistryAccess.Anonymous with
            {
                Egress = egress,
                Credentials = await UserCredentials.ForAsync(
                    host,
                    UserCredentials.DefaultFile,
                    CredentialHelper.AskAsync,
                    cancellationToken
                ),
                InsecureHosts = insecure,
                Fields = RepositoryFields.OfCommand("--insecure"),
            };
            var http = RegistryConnections.Client(new EgressRules(egress), time);
            return new UserRegistry(
                http,
                new RegistryClient(http, isPlain ? access.WithInsecure(host) : access, time),
                host
            );
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{UserCredentials.DefaultFile}: {e.Message}", e);
        }
    }

    /// <summary>Returns what is asked for, or why that can't be had.</summary>
    public async Task<Answer<T>> AskAsync<T>(Func<RegistryClient, Task<T?>> question, string absent)
        where T : class
    {
        try
        {
            return await question(Client) is { } answer ? new Answer<T>(answer) : new Answer<T>(null, absent);
        }
        catch (RegistryException e) when (e.Error == RegistryError.NotFound)
        {
            return new Answer<T>(null, absent);
        }
        catch (RegistryException e)
        {
            return new Answer<T>(
                null,
                e.Error == RegistryError.Unauthorized
                    ? $"{e.Message}; log in first: docker login {_host}, or the like that writes "
                        + UserCredentials.DefaultFile
                    : e.Message,
                e.IsOtherContent || e.Error == RegistryError.Invalid
            );
        }
    }

    /// <summary>Reads a list of packages that is attached to an image; its bytes are what its digest says.</summary>
    public Task<Answer<byte[]>> DocumentAsync(
        ImageReference image,
        ImageDigest manifest,
        CancellationToken cancellationToken
    ) =>
        AskAsync(
            client =>
                new ReferrerStore(client).ReadAsync(
                    image,
                    manifest,
                    CycloneDx.MediaType,
                    CycloneDx.MostBytes,
                    cancellationToken
                ),
            $"the registry has no list of packages {manifest} that is attached to {image}"
        );

    /// <summary>Finds the lists of packages that an operator has attached to an image.</summary>
    public Task<Answer<IReadOnlyList<ImageDigest>>> DocumentsAsync(
        ImageReference image,
        CancellationToken cancellationToken
    ) =>
        AskAsync<IReadOnlyList<ImageDigest>>(
            async client =>
                await new ReferrerStore(client).ListAsync(
                    image,
                    CycloneDx.MediaType,
                    SbomClient.Annotation,
                    cancellationToken
                ),
            $"there is no image {image}"
        );

    public void Dispose() => _http.Dispose();
}
