using System.Net;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Check;

/// <summary>
/// Asks a registry for what a build will ask: the tags of the repository, an upload, a mount into the repository of
/// application images. Uploads are opened and cancelled; nothing is stored.
/// </summary>
internal sealed class RegistryProbe(HttpClient http, RegistryAccess access, TimeProvider time)
{
    /// <summary>Stands for a layer that no registry has.</summary>
    private static readonly ImageDigest Nothing = ImageDigest.Of("gemma-operator check"u8);

    private readonly RegistryTransport _transport = new(http, access, time);

    public async Task<RegistryFacts> AskAsync(ImageRepository repository, CancellationToken cancellationToken)
    {
        // The default of spec.rollout.server.repository.
        var target = ImageRepository.TryParse($"{repository}-service", out var service, out _) ? service : null;
        var pulled = new RegistryFacts(repository)
        {
            HasCredentials = access.Credentials.For(repository.Host, repository.Path) is not null,
            Pull = await TryAsync(() => ListAsync(repository, cancellationToken)),
        };
        // Who doesn't answer once is waited for once.
        return pulled.Pull.Error == RegistryError.Unavailable
            ? pulled
            : pulled with
            {
                Push = await TryAsync(() => UploadAsync(repository, from: null, cancellationToken)),
                Target = target,
                Mount = target is null
                    ? null
                    : await TryAsync(() => UploadAsync(target, repository, cancellationToken)),
            };
    }

    private static async Task<RegistryFacts.Try> TryAsync(Func<Task<bool>> request)
    {
        try
        {
            return new RegistryFacts.Try(null, IsCancelled: await request());
        }
        catch (RegistryException e)
        {
            return new RegistryFacts.Try(e.Error, e.Message);
        }
    }

    private async Task<bool> ListAsync(ImageRepository repository, CancellationToken cancellationToken)
    {
        await new RegistryClient(http, access, time).ListTagsAsync(repository, cancellationToken);
        return false;
    }

    private async Task<bool> UploadAsync(
        ImageRepository repository,
        ImageRepository? from,
        CancellationToken cancellationToken
    )
    {
        var (location, source) = (_transport.Locate(repository), from is null ? null : _transport.Locate(from));
        var query = source is null ? "" : $"?mount={Nothing}&from={Uri.EscapeDataString(source.Path)}";
        var call = new RegistryCall(
            HttpMethod.Post,
            repository,
            location,
            _transport.Url(location, $"blobs/uploads/{query}")
        )
        {
            Source = source,
        };
        using var opened = await _transport.SendAsync(call, cancellationToken);
        return opened.Headers.Location is { } upload && await CancelAsync(call, upload, cancellationToken);
    }

    /// <summary>Cancels an upload; false when the registry doesn't, which forgets it by itself then.</summary>
    private async Task<bool> CancelAsync(RegistryCall call, Uri upload, CancellationToken cancellationToken)
    {
        var url = upload.IsAbsoluteUri ? upload : new Uri(call.Url, upload);
        if (url.Authority != call.Url.Authority || url.Scheme != call.Url.Scheme)
        {
            return false;
        }

        try
        {
            using var gone = await _transport.SendAsync(
                call with
                {
                    Method = HttpMethod.Delete,
                    Url = url,
                    IsOfPush = true,
                    Accepts = [HttpStatusCode.NotFound],
                    MayRepeat = false,
                },
                cancellationToken
            );
            return gone.IsSuccessStatusCode;
        }
        catch (RegistryException)
        {
            return false;
        }
    }
}
