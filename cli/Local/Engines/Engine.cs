using System.Net;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.Models;
using GemmaOperator.Registry.References;
using KubectlGemma.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace KubectlGemma.Local.Engines;

/// <summary>Asks one container engine; what goes wrong is told in one line.</summary>
internal sealed class Engine : IDisposable
{
    /// <summary>Bounds how long it may take to say what it is: one that hangs would keep people waiting.</summary>
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(15);

    private readonly DockerClient _client;
    private readonly TimeProvider _time;

    private Engine(DockerClient client, EngineEndpoint endpoint, TimeProvider time) =>
        (_client, Endpoint, _time) = (client, endpoint, time);

    public EngineEndpoint Endpoint { get; }

    /// <summary>Gets what it is.</summary>
    public EngineVersion Version { get; private set; } = null!;

    public EngineVolumes Volumes => new(this, _client.Volumes);

    /// <exception cref="CliException">None answers, it may not be asked, or it is too old.</exception>
    public static async Task<Engine> ConnectAsync(
        EngineEndpoint endpoint,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var client = new DockerClientBuilder<EngineEndpoint>(
            new EngineTransport(),
            endpoint,
            new ClientOptions { Endpoint = endpoint.Address },
            NullLogger.Instance
        ).Build();
        var engine = new Engine(client, endpoint, time);
        try
        {
            using var limit = new CancellationTokenSource(FirstAnswer, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            var said = await engine.AskAsync(() => client.System.GetVersionAsync(both.Token), cancellationToken);
            engine.Version = EngineVersion.Of(said, endpoint);
            return engine;
        }
        catch (CliException e) when (e.InnerException is DockerApiException { StatusCode: HttpStatusCode.NotFound })
        {
            engine.Dispose();
            throw EngineFailure.NoEngine(endpoint, e);
        }
        catch (CliException e)
            when (endpoint is { Socket: null, Tls: null }
                && e.InnerException is DockerApiException { StatusCode: HttpStatusCode.BadRequest }
            )
        {
            engine.Dispose();
            throw EngineFailure.NoTls(endpoint, e);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Returns what the engine has of an image; null where it has none.</summary>
    public async Task<ImageInspectResponse?> FindAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(() => _client.Images.InspectImageAsync(image, cancellationToken), cancellationToken);
        }
        catch (CliException e) when (e.InnerException is DockerImageNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Lists the ids of all images, those without a name and between steps included.</summary>
    public async Task<IReadOnlyList<ImagesListResponse>> ImagesAsync(CancellationToken cancellationToken) =>
        [
            .. await AskAsync(
                () => _client.Images.ListImagesAsync(new ImagesListParameters { All = true }, cancellationToken),
                cancellationToken
            ),
        ];

    /// <exception cref="CliException">It can't be pulled.</exception>
    public async Task PullAsync(
        string image,
        string platform,
        AuthConfig? credentials,
        CancellationToken cancellationToken
    )
    {
        JSONError? error = null;
        await DoAsync(
            () =>
                _client.Images.CreateImageAsync(
                    new ImagesCreateParameters { FromImage = image, Platform = platform },
                    credentials,
                    new Heard(m => error ??= m.Error),
                    cancellationToken
                ),
            cancellationToken
        );
        if (error is not null)
        {
            throw new CliException(
                ExitCode.NoCluster,
                $"the engine can't pull {image}: {EngineFailure.Tidy(error.Message)}"
            );
        }
    }

    /// <summary>Runs a build; what goes wrong within is said in the messages.</summary>
    public Task BuildAsync(
        ImageBuildParameters parameters,
        Stream context,
        Action<JSONMessage> hear,
        CancellationToken cancellationToken
    ) =>
        DoAsync(
            () =>
                _client.Images.BuildImageFromDockerfileAsync(
                    parameters,
                    context,
                    authConfigs: null,
                    headers: null,
                    new Heard(hear),
                    cancellationToken
                ),
            cancellationToken
        );

    /// <summary>Returns an image's history, the newest first.</summary>
    public async Task<IReadOnlyList<ImageHistoryResponse>> HistoryAsync(
        string image,
        CancellationToken cancellationToken
    ) => [.. await AskAsync(() => _client.Images.GetImageHistoryAsync(image, cancellationToken), cancellationToken)];

    /// <summary>Takes in an archive that an executor wrote.</summary>
    public async Task LoadAsync(Stream archive, CancellationToken cancellationToken)
    {
        JSONError? error = null;
        await DoAsync(
            () =>
                _client.Images.LoadImageAsync(
                    new ImageLoadParameters { Quiet = true },
                    archive,
                    new Heard(m => error ??= m.Error),
                    cancellationToken
                ),
            cancellationToken
        );
        if (error is not null)
        {
            throw new CliException(
                ExitCode.Failed,
                $"the engine can't load what the executor made: {EngineFailure.Tidy(error.Message)}"
            );
        }
    }

    public Task TagAsync(string image, ImageReference name, CancellationToken cancellationToken) =>
        DoAsync(
            () =>
                _client.Images.TagImageAsync(
                    image,
                    new ImageTagParameters { RepositoryName = name.Repository.ToString(), Tag = name.Tag?.ToString() },
                    cancellationToken
                ),
            cancellationToken
        );

    /// <summary>Pushes, and returns the digest in the registry; null where the engine doesn't say.</summary>
    /// <exception cref="CliException">The registry doesn't take it.</exception>
    public async Task<string?> PushAsync(
        ImageReference name,
        AuthConfig? credentials,
        CancellationToken cancellationToken
    )
    {
        JSONError? error = null;
        string? digest = null;
        await DoAsync(
            () =>
                _client.Images.PushImageAsync(
                    name.Repository.ToString(),
                    new ImagePushParameters { Tag = name.Tag?.ToString() },
                    credentials,
                    new Heard(m =>
                    {
                        error ??= m.Error;
                        digest = EngineMessage.Aux(m, "Digest") ?? digest;
                    }),
                    cancellationToken
                ),
            cancellationToken
        );
        return error is null
            ? digest
            : throw new CliException(
                ExitCode.Failed,
                $"the engine can't push {name}: {EngineFailure.Tidy(error.Message)}; 'docker login "
                    + $"{name.Repository.Host}' leaves the credentials that are used"
            );
    }

    /// <summary>
    /// Removes an image, and leaves those that it was made upon; tells whether it is gone, which it isn't while in use.
    /// </summary>
    public async Task<bool> RemoveAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(
                () =>
                    _client.Images.DeleteImageAsync(
                        image,
                        new ImageDeleteParameters { NoPrune = true },
                        cancellationToken
                    ),
                cancellationToken
            );
            return true;
        }
        catch (CliException e) when (e.InnerException is DockerApiException refused)
        {
            return refused.StatusCode == HttpStatusCode.NotFound;
        }
    }

    /// <summary>Makes a container, which is removed with its volumes when it is disposed of.</summary>
    public async Task<EngineContainer> CreateAsync(
        CreateContainerParameters parameters,
        CancellationToken cancellationToken
    ) =>
        new(
            this,
            _client.Containers,
            (
                await AskAsync(
                    () => _client.Containers.CreateContainerAsync(parameters, cancellationToken),
                    cancellationToken
                )
            ).ID,
            _time
        );

    public Task DoAsync(Func<Task> ask, CancellationToken cancellationToken) =>
        AskAsync(
            async () =>
            {
                await ask();
                return true;
            },
            cancellationToken
        );

    public async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NoCluster, $"the engine at {Endpoint} doesn't answer in time", e);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is IOException or HttpRequestException)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (Exception e) when (EngineFailure.Of(e, Endpoint) is { } told)
        {
            throw new CliException(told.Code, told.Message, e);
        }
    }

    public void Dispose() => _client.Dispose();
}
